// Identity v3: errors {"error": {…}}, "links" in every object and list, no microversions.
#include "common/contract/dialects/accept.h"
#include "common/contract/dialects/bodies.h"
#include "common/contract/dialects/dialects.h"
#include "common/contract/dialects/json_home.h"
#include "common/contract/error_status.h"
#include "common/contract/json_builder.h"
#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

constexpr char kVersion[] = "v3.14";
constexpr char kUpdated[] = "2020-04-07T00:00:00Z";

class KeystoneDialect final : public Dialect {
 public:
  std::string_view name() const override { return "keystone"; }

  int StatusOf(StatusCode code, std::string_view reason) const override {
    if (code == StatusCode::kResourceExhausted && IsQuotaReason(reason)) return 403;
    return Dialect::StatusOf(code, reason);
  }

  void WriteError(const Exchange& exchange, const ErrorView& error,
                  http::Response& response) const override {
    AddChallenge(exchange, error, response);
    if (error.reason == kNoRoute) return WriteNotFoundPage(response);
    if (error.reason != kNoMethod) return WriteKeystoneError(error, response);
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("message").String(error.message).EndObject();
    SetJson(body + "\n", response);
  }

  void AddStandardHeaders(const Exchange&, http::Headers& headers) const override {
    headers.Add("Vary", "X-Auth-Token");
  }

  std::optional<http::Response> VersionDocument(const Exchange& exchange) const override {
    const bool root = exchange.path == "/" || exchange.path.empty();
    if (!root && exchange.path != "/v3" && exchange.path != "/v3/") return std::nullopt;
    if (WantsJsonHome(exchange.request->headers.Find("Accept").value_or(""))) {
      http::Response home = Document(200, JsonHome(*exchange.api, "/v3", /*with_root=*/root));
      home.headers.Set("Content-Type", "application/json-home");
      return home;
    }
    const std::string v3 = exchange.base_url + "/v3/";
    std::string body;
    JsonBuilder json(&body);
    if (root) {
      json.BeginObject().Key("versions").BeginObject().Key("values").BeginArray();
      WriteVersion(v3, json);
      json.EndArray().EndObject().EndObject();
      http::Response response = Document(300, std::move(body));
      response.headers.Add("Location", v3);
      return response;
    }
    json.BeginObject().Key("version");
    WriteVersion(v3, json);
    json.EndObject();
    return Document(200, std::move(body));
  }

  LinkStyle link_style() const override { return LinkStyle::kMap; }
  FilterStyle filter_style() const override { return FilterStyle::kKeystone; }
  bool AlwaysLinks() const override { return true; }

  std::string PageMembers(std::string_view, const PageLinks& links) const override {
    std::string out;
    JsonBuilder json(&out);
    auto link = [&](std::string_view key, const std::string& href) {
      json.Key(key);
      href.empty() ? json.Null() : json.String(href);
    };
    json.Key("links").BeginObject();
    link("next", links.next);
    link("self", links.self);
    link("previous", links.previous);
    json.EndObject();
    return out;
  }

 private:
  static void WriteVersion(const std::string& url, JsonBuilder& json) {
    json.BeginObject().Key("id").String(kVersion).Key("status").String("stable");
    json.Key("updated").String(kUpdated).Key("links").BeginArray();
    json.BeginObject().Key("rel").String("self").Key("href").String(url).EndObject().EndArray();
    json.Key("media-types").BeginArray().BeginObject().Key("base").String("application/json");
    json.Key("type")
        .String("application/vnd.openstack.identity-v3+json")
        .EndObject()
        .EndArray()
        .EndObject();
  }

  static void WriteNotFoundPage(http::Response& response) {
    response.headers.Set("Content-Type", "text/html; charset=utf-8");
    response.body =
        "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
        "<p>Nothing is served at this URL.</p>\n";
  }
};

}  // namespace

const Dialect* Keystone() {
  static const KeystoneDialect kDialect;
  return &kDialect;
}

}  // namespace tstack::contract
