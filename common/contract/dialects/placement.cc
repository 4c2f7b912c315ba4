// Placement 1.x: {"errors": […]} with codes from 1.23, lower-case version headers, relative links,
// version before route.
#include "common/contract/dialects/bodies.h"
#include "common/contract/dialects/dialects.h"
#include "common/contract/error_status.h"
#include "common/contract/json_builder.h"
#include "common/contract/reasons.h"
#include "common/http/reason_phrase.h"

namespace tstack::contract {
namespace {

constexpr ApiVersion kCodesSince = {1, 23};

constexpr std::pair<std::string_view, std::string_view> kCodes[] = {
    {"CONCURRENT_UPDATE", "placement.concurrent_update"},
    {"GENERATION_CONFLICT", "placement.concurrent_update"},
    {"DUPLICATE_NAME", "placement.duplicate_name"},
    {"INVENTORY_IN_USE", "placement.inventory.inuse"},
    {"RESOURCE_PROVIDER_IN_USE", "placement.resource_provider.inuse"},
    {"RESOURCE_PROVIDER_HAS_CHILDREN", "placement.resource_provider.cannot_delete_parent"},
    {"RESOURCE_PROVIDER_NOT_FOUND", "placement.resource_provider.not_found"},
    {"QUERY_DUPLICATE_KEY", "placement.query.duplicate_key"},
    {"QUERY_BAD_VALUE", "placement.query.bad_value"},
    {"QUERY_MISSING_VALUE", "placement.query.missing_value"},
};

std::string_view CodeOf(std::string_view reason) {
  for (const auto& [name, code] : kCodes) {
    if (name == reason) return code;
  }
  return "placement.undefined_code";
}

class PlacementDialect final : public Dialect {
 public:
  std::string_view name() const override { return "placement"; }

  int StatusOf(StatusCode code, std::string_view reason) const override {
    if (code == StatusCode::kResourceExhausted && IsQuotaReason(reason)) return 409;
    return Dialect::StatusOf(code, reason);
  }

  void WriteError(const Exchange& exchange, const ErrorView& error,
                  http::Response& response) const override {
    if (error.http_status == 401) return WriteUnauthorized(exchange, error, response);
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("errors").BeginArray().BeginObject();
    json.Key("status")
        .Int(error.http_status)
        .Key("title")
        .String(http::ReasonPhrase(error.http_status));
    json.Key("detail").String(error.message);
    if (exchange.negotiated && exchange.version >= kCodesSince)
      json.Key("code").String(CodeOf(error.reason));
    json.Key("request_id").String(exchange.request_id);
    if (error.http_status == 406 && exchange.api != nullptr) {
      json.Key("max_version").String(exchange.api->max_version.ToString());
      json.Key("min_version").String(exchange.api->min_version.ToString());
    }
    json.EndObject().EndArray().EndObject();
    SetJson(std::move(body), response);
  }

  bool VersionBeforeRoute() const override { return true; }

  void AddVersionHeaders(const Exchange& exchange, std::string_view version,
                         http::Headers& headers) const override {
    // Out of range: no echo here, the body says the range.
    if (!exchange.negotiated) return;
    headers.Add("openstack-api-version", exchange.api->type + " " + std::string(version));
    headers.Add("vary", "openstack-api-version");
  }

  std::optional<http::Response> VersionDocument(const Exchange& exchange) const override {
    if (exchange.path != "/" && !exchange.path.empty()) return std::nullopt;
    const std::string min = exchange.api->min_version.ToString();
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("versions").BeginArray().BeginObject().Key("id").String("v1.0");
    json.Key("max_version")
        .String(exchange.api->max_version.ToString())
        .Key("min_version")
        .String(min);
    json.Key("status").String("CURRENT").Key("links").BeginArray().BeginObject();
    json.Key("rel").String("self").Key("href").String(LinkBase(exchange));
    json.EndObject().EndArray().EndObject().EndArray().EndObject();
    http::Response response = Document(200, std::move(body));
    response.headers.Add("openstack-api-version", exchange.api->type + " " + min);
    response.headers.Add("vary", "openstack-api-version");
    return response;
  }

  FilterStyle filter_style() const override { return FilterStyle::kPlacement; }

  // The path of the root alone: "" on a port of its own, "/placement" on the shared one.
  std::string LinkBase(const Exchange& exchange) const override {
    const size_t scheme = exchange.base_url.find("://");
    if (scheme == std::string::npos) return exchange.base_url;
    const size_t path = exchange.base_url.find('/', scheme + 3);
    return path == std::string::npos ? "" : exchange.base_url.substr(path);
  }

  std::string PageMembers(std::string_view, const PageLinks&) const override { return ""; }

 private:
  // Answered before placement is reached.
  static void WriteUnauthorized(const Exchange& exchange, const ErrorView& error,
                                http::Response& response) {
    AddChallenge(exchange, error, response);
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("message").String(error.message);
    json.Key("code").String("401 Unauthorized").Key("title").String("Unauthorized").EndObject();
    SetJson(std::move(body), response);
  }
};

}  // namespace

const Dialect* Placement() {
  static const PlacementDialect kDialect;
  return &kDialect;
}

}  // namespace tstack::contract
