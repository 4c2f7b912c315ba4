// Compute 2.x: faults by name, two version headers, no 405, quota is 403.
#include "common/contract/dialects/bodies.h"
#include "common/contract/dialects/dialects.h"
#include "common/contract/dialects/faults.h"
#include "common/contract/error_status.h"
#include "common/contract/json_builder.h"
#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

constexpr char kLegacyHeader[] = "X-OpenStack-Nova-API-Version";

struct Generation {
  std::string_view id;
  std::string_view status;
  std::string_view updated;
  std::string_view path;
};

constexpr Generation kV20 = {"v2.0", "SUPPORTED", "2011-01-21T11:33:21Z", "/v2/"};
constexpr Generation kV21 = {"v2.1", "CURRENT", "2013-07-23T11:33:21Z", "/v2.1/"};

class NovaDialect final : public Dialect {
 public:
  std::string_view name() const override { return "nova"; }

  int StatusOf(StatusCode code, std::string_view reason) const override {
    if (reason == kNoMethod) return 404;  // the router knows no 405
    if (code == StatusCode::kResourceExhausted && IsQuotaReason(reason)) return 403;
    return Dialect::StatusOf(code, reason);
  }

  void WriteError(const Exchange& exchange, const ErrorView& error,
                  http::Response& response) const override {
    AddChallenge(exchange, error, response);
    if (error.reason == kNoRoute || error.reason == kNoMethod)
      return WritePage(exchange, error, response);
    WriteFault(FaultName(error.http_status), error, response);
    response.headers.Set("Content-Type", "application/json; charset=UTF-8");
  }

  std::optional<std::string> RequestedVersion(const http::Headers& headers,
                                              std::string_view type) const override {
    if (auto version = Dialect::RequestedVersion(headers, type)) return version;
    if (auto legacy = headers.Find(kLegacyHeader)) return std::string(*legacy);
    return std::nullopt;
  }

  void AddVersionHeaders(const Exchange& exchange, std::string_view version,
                         http::Headers& headers) const override {
    headers.Add("OpenStack-API-Version", exchange.api->type + " " + std::string(version));
    headers.Add(kLegacyHeader, version);
    headers.Add("Vary", kLegacyHeader);
  }

  void AddStandardHeaders(const Exchange& exchange, http::Headers& headers) const override {
    headers.Add("x-compute-request-id", exchange.request_id);
  }

  std::optional<http::Response> VersionDocument(const Exchange& exchange) const override {
    std::string body;
    JsonBuilder json(&body);
    if (exchange.path == "/" || exchange.path.empty()) {
      json.BeginObject().Key("versions").BeginArray();
      WriteVersion(exchange, kV20, /*long_form=*/false, json);
      WriteVersion(exchange, kV21, /*long_form=*/false, json);
      json.EndArray().EndObject();
      return Document(200, std::move(body));
    }
    const bool v20 = exchange.path == "/v2" || exchange.path == "/v2/";
    if (!v20 && exchange.path != "/v2.1" && exchange.path != "/v2.1/") return std::nullopt;
    json.BeginObject().Key("version");
    WriteVersion(exchange, v20 ? kV20 : kV21, /*long_form=*/true, json);
    json.EndObject();
    http::Response response = Document(200, std::move(body));
    if (!v20) AddVersionHeaders(exchange, exchange.api->min_version.ToString(), response.headers);
    return response;
  }

  // "bookmark" links carry no version: /v2.1/servers/x → /servers/x.
  std::string Href(const Exchange& exchange, std::string_view rel,
                   std::string path) const override {
    if (rel == "bookmark" && path.starts_with("/v2.1/")) path.erase(0, 5);
    return LinkBase(exchange) + path;
  }

  bool ToleratesQuery(std::string_view name) const override { return name.starts_with('_'); }

  std::string PageMembers(std::string_view key, const PageLinks& links) const override {
    return NextOnly(key, links);
  }

 private:
  static void WriteVersion(const Exchange& exchange, const Generation& generation, bool long_form,
                           JsonBuilder& json) {
    const bool current = generation.id == kV21.id;
    json.BeginObject().Key("id").String(generation.id).Key("status").String(generation.status);
    json.Key("version").String(current ? exchange.api->max_version.ToString() : "");
    json.Key("min_version").String(current ? exchange.api->min_version.ToString() : "");
    json.Key("updated").String(generation.updated).Key("links").BeginArray();
    json.BeginObject().Key("rel").String("self");
    json.Key("href").String(exchange.base_url + std::string(generation.path)).EndObject();
    if (long_form) WriteDescription(json);
    json.EndArray();
    if (long_form) WriteMediaType(current, json);
    json.EndObject();
  }

  static void WriteDescription(JsonBuilder& json) {
    json.BeginObject().Key("rel").String("describedby").Key("type").String("text/html");
    json.Key("href").String("http://docs.openstack.org/").EndObject();
  }

  static void WriteMediaType(bool current, JsonBuilder& json) {
    json.Key("media-types").BeginArray().BeginObject().Key("base").String("application/json");
    json.Key("type").String(std::string("application/vnd.openstack.compute+json;version=") +
                            (current ? "2.1" : "2"));
    json.EndObject().EndArray();
  }
};

}  // namespace

const Dialect* Nova() {
  static const NovaDialect kDialect;
  return &kDialect;
}

}  // namespace tstack::contract
