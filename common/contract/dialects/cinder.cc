// Block storage 3.x: nova's faults, quota is 413 overLimit, no 405.
#include "common/contract/dialects/bodies.h"
#include "common/contract/dialects/dialects.h"
#include "common/contract/dialects/faults.h"
#include "common/contract/error_status.h"
#include "common/contract/json_builder.h"
#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

class CinderDialect final : public Dialect {
 public:
  std::string_view name() const override { return "cinder"; }

  int StatusOf(StatusCode code, std::string_view reason) const override {
    if (reason == kNoMethod) return 404;
    if (code == StatusCode::kResourceExhausted && IsQuotaReason(reason)) return 413;
    return Dialect::StatusOf(code, reason);
  }

  void WriteError(const Exchange& exchange, const ErrorView& error,
                  http::Response& response) const override {
    AddChallenge(exchange, error, response);
    if (error.reason == kNoRoute || error.reason == kNoMethod)
      return WritePage(exchange, error, response);
    WriteFault(FaultName(error.http_status), error, response);
  }

  void AddStandardHeaders(const Exchange& exchange, http::Headers& headers) const override {
    headers.Add("x-compute-request-id", exchange.request_id);
  }

  std::optional<http::Response> VersionDocument(const Exchange& exchange) const override {
    const bool root = exchange.path == "/" || exchange.path.empty();
    if (!root && exchange.path != "/v3" && exchange.path != "/v3/") return std::nullopt;
    http::Response response = Document(root ? 300 : 200, Versions(exchange));
    AddVersionHeaders(exchange, exchange.api->min_version.ToString(), response.headers);
    return response;
  }

  FilterStyle filter_style() const override { return FilterStyle::kCinder; }
  bool NullIsAbsent() const override { return true; }

  // As nova's: "bookmark" has no version but keeps the project id.
  std::string Href(const Exchange& exchange, std::string_view rel,
                   std::string path) const override {
    if (rel == "bookmark" && path.starts_with("/v3/")) path.erase(0, 3);
    return LinkBase(exchange) + path;
  }

  std::string PageMembers(std::string_view key, const PageLinks& links) const override {
    return NextOnly(key, links);
  }

  std::string UnknownAction(std::string_view action) const override {
    return "There is no such action: " + std::string(action) + ". Check the body's only key.";
  }

 private:
  static std::string Versions(const Exchange& exchange) {
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("versions").BeginArray().BeginObject();
    json.Key("id").String("v3.0").Key("status").String("CURRENT");
    json.Key("version").String(exchange.api->max_version.ToString());
    json.Key("min_version").String(exchange.api->min_version.ToString());
    json.Key("updated").String("2022-08-31T00:00:00Z").Key("links").BeginArray();
    json.BeginObject().Key("rel").String("describedby").Key("type").String("text/html");
    json.Key("href").String("https://docs.openstack.org/").EndObject();
    json.BeginObject()
        .Key("rel")
        .String("self")
        .Key("href")
        .String(exchange.base_url + "/v3/")
        .EndObject()
        .EndArray();
    json.Key("media-types").BeginArray().BeginObject().Key("base").String("application/json");
    json.Key("type")
        .String("application/vnd.openstack.volume+json;version=3")
        .EndObject()
        .EndArray();
    json.EndObject().EndArray().EndObject();
    return body;
  }
};

}  // namespace

const Dialect* Cinder() {
  static const CinderDialect kDialect;
  return &kDialect;
}

}  // namespace tstack::contract
