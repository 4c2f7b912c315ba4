// Network v2.0: {"NeutronError": {type, message, detail}} with the type in camel case, links both
// ways, no microversions.
#include <set>

#include "absl/strings/ascii.h"

#include "common/contract/dialects/bodies.h"
#include "common/contract/dialects/dialects.h"
#include "common/contract/error_status.h"
#include "common/contract/json_builder.h"
#include "common/contract/path_template.h"
#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {kNoRoute, "HTTPNotFound"},
    {kNotInVersion, "HTTPNotFound"},
    {kGone, "HTTPGone"},
    {kNoMethod, "HTTPMethodNotAllowed"},
    {kMediaType, "HTTPUnsupportedMediaType"},
    {"POLICY_DENIED", "PolicyNotAuthorized"},
    {"REVISION_MISMATCH", "RevisionNumberConstraintFailed"},
    {"IDEMPOTENCY_MISMATCH", "HTTPUnprocessableEntity"},
};

// Complaints about the request itself, which neutron's own validation raises as HTTPBadRequest.
constexpr std::string_view kBadRequests[] = {
    "INVALID_FIELD", "UNKNOWN_FIELD",    "MISSING_FIELD",  "READ_ONLY_FIELD", "MALFORMED_JSON",
    "DUPLICATE_KEY", "EMPTY_BODY",       kMalformedBody,   kUnknownQuery,     "INVALID_QUERY",
    "INVALID_LIMIT", "INVALID_SORT_KEY", "INVALID_MARKER", kInvalidHeader,    kUnknownAction,
};

std::string_view ByStatus(int status) {
  switch (status) {
    case 400:
      return "HTTPBadRequest";
    case 401:
      return "HTTPUnauthorized";
    case 403:
      return "HTTPForbidden";
    case 404:
      return "HTTPNotFound";
    case 409:
      return "HTTPConflict";
    case 412:
      return "HTTPPreconditionFailed";
    case 413:
      return "HTTPRequestEntityTooLarge";
    case 501:
      return "HTTPNotImplemented";
    case 503:
      return "HTTPServiceUnavailable";
    case 504:
      return "HTTPGatewayTimeout";
    default:
      return "HTTPInternalServerError";
  }
}

// NETWORK_NOT_FOUND → NetworkNotFound.
std::string CamelCase(std::string_view reason) {
  std::string out;
  bool upper = true;
  for (const char c : reason) {
    if (c == '_') {
      upper = true;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += upper ? absl::ascii_toupper(byte) : absl::ascii_tolower(byte);
    upper = false;
  }
  return out;
}

std::string TypeOf(const ErrorView& error) {
  for (const auto& [reason, type] : kTypes) {
    if (reason == error.reason) return std::string(type);
  }
  for (const std::string_view reason : kBadRequests) {
    if (reason == error.reason) return "HTTPBadRequest";
  }
  if (IsQuotaReason(error.reason)) return "OverQuota";
  if (error.reason.empty() || error.http_status >= 500)
    return std::string(ByStatus(error.http_status));
  return CamelCase(error.reason);
}

class NeutronDialect final : public Dialect {
 public:
  std::string_view name() const override { return "neutron"; }

  int StatusOf(StatusCode code, std::string_view reason) const override {
    if (code == StatusCode::kResourceExhausted && IsQuotaReason(reason)) return 409;
    return Dialect::StatusOf(code, reason);
  }

  void WriteError(const Exchange& exchange, const ErrorView& error,
                  http::Response& response) const override {
    if (error.http_status == 401) {  // answered before neutron is reached
      AddChallenge(exchange, error, response);
      return WriteKeystoneError(error, response);
    }
    if (error.reason == "EXTENSION_NOT_FOUND") return WritePage(exchange, error, response);
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("NeutronError").BeginObject();
    json.Key("type").String(TypeOf(error)).Key("message").String(error.message);
    json.Key("detail").String("").EndObject().EndObject();
    SetJson(std::move(body), response);
  }

  std::optional<http::Response> VersionDocument(const Exchange& exchange) const override {
    std::string body;
    JsonBuilder json(&body);
    if (exchange.path == "/v2.0" || exchange.path == "/v2.0/") {
      WriteResources(exchange, json);
      return Document(200, std::move(body));
    }
    if (exchange.path != "/" && !exchange.path.empty()) return std::nullopt;
    json.BeginObject().Key("versions").BeginArray().BeginObject();
    json.Key("id").String("v2.0").Key("status").String("CURRENT").Key("links");
    WriteSelf(exchange.base_url + "/v2.0/", json);
    json.EndObject().EndArray().EndObject();
    return Document(200, std::move(body));
  }

  FilterStyle filter_style() const override { return FilterStyle::kNeutron; }
  bool TwoWayPages() const override { return true; }
  bool FieldsOnObjects() const override { return true; }
  bool ZeroLimitIsMax() const override { return true; }
  bool SortDirRequired() const override { return true; }

  std::string PageMembers(std::string_view key, const PageLinks& links) const override {
    if (links.next.empty() && links.previous.empty()) return "";
    std::string out;
    JsonBuilder json(&out);
    auto link = [&](std::string_view rel, const std::string& href) {
      if (href.empty()) return;
      json.BeginObject().Key("rel").String(rel).Key("href").String(href).EndObject();
    };
    json.Key(key).BeginArray();
    link("next", links.next);
    link("previous", links.previous);
    json.EndArray();
    return out;
  }

 private:
  static void WriteSelf(const std::string& url, JsonBuilder& json) {
    json.BeginArray()
        .BeginObject()
        .Key("rel")
        .String("self")
        .Key("href")
        .String(url)
        .EndObject()
        .EndArray();
  }

  // The index of collections is what the routes say: every list directly below the root.
  static void WriteResources(const Exchange& exchange, JsonBuilder& json) {
    std::set<std::string> seen;
    json.BeginObject().Key("resources").BeginArray();
    for (const Route* route : exchange.api->routes) {
      if (!route->option.has_list() || route->verb != "GET" || !route->path.starts_with("/v2.0/"))
        continue;
      const std::string collection = route->path.substr(6);
      if (collection.find_first_of("/{") != std::string::npos || !seen.insert(collection).second)
        continue;
      const std::string plural =
          route->option.list().key().empty() ? collection : route->option.list().key();
      json.BeginObject()
          .Key("name")
          .String(Singular(plural))
          .Key("collection")
          .String(plural)
          .Key("links");
      WriteSelf(exchange.base_url + route->path, json);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }

  static std::string Singular(std::string plural) {
    if (plural.ends_with("ies")) return plural.substr(0, plural.size() - 3) + "y";
    if (plural.ends_with('s')) plural.pop_back();
    return plural;
  }
};

}  // namespace

const Dialect* Neutron() {
  static const NeutronDialect kDialect;
  return &kDialect;
}

}  // namespace tstack::contract
