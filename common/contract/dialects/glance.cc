// Image v2: error pages instead of JSON, relative links at the top level, no microversion header.
#include "common/contract/dialects/bodies.h"
#include "common/contract/dialects/dialects.h"
#include "common/contract/error_status.h"
#include "common/contract/json_builder.h"
#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

// Minor versions of v2 that the version document lists, newest first; what each added is in
// glance's API reference.
constexpr int kMinors[] = {15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};

class GlanceDialect final : public Dialect {
 public:
  std::string_view name() const override { return "glance"; }

  int StatusOf(StatusCode code, std::string_view reason) const override {
    if (reason == "READ_ONLY_FIELD") return 403;
    if (code == StatusCode::kResourceExhausted && IsQuotaReason(reason)) return 413;
    return Dialect::StatusOf(code, reason);
  }

  void WriteError(const Exchange& exchange, const ErrorView& error,
                  http::Response& response) const override {
    AddChallenge(exchange, error, response);
    WritePage(exchange, error, response);
    if (error.http_status == 415 && exchange.request != nullptr &&
        exchange.request->method == "PATCH") {
      response.headers.Set("Accept-Patch",
                           "application/openstack-images-v2.0-json-patch, "
                           "application/openstack-images-v2.1-json-patch");
    }
  }

  std::optional<http::Response> VersionDocument(const Exchange& exchange) const override {
    const bool root = exchange.path == "/" || exchange.path.empty();
    if (!root && exchange.path != "/versions") return std::nullopt;
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("versions").BeginArray();
    for (const int minor : kMinors) {
      json.BeginObject().Key("id").String("v2." + std::to_string(minor));
      json.Key("status")
          .String(minor == kMinors[0] ? "CURRENT" : "SUPPORTED")
          .Key("links")
          .BeginArray();
      json.BeginObject()
          .Key("rel")
          .String("self")
          .Key("href")
          .String(exchange.base_url + "/v2/")
          .EndObject();
      json.EndArray().EndObject();
    }
    json.EndArray().EndObject();
    return Document(root ? 300 : 200, std::move(body));
  }

  LinkStyle link_style() const override { return LinkStyle::kTopLevel; }
  FilterStyle filter_style() const override { return FilterStyle::kGlance; }
  // Clients join what they get with the service's root.
  std::string LinkBase(const Exchange&) const override { return ""; }

  std::string PageMembers(std::string_view, const PageLinks& links) const override {
    std::string out;
    JsonBuilder json(&out);
    if (!links.next.empty()) json.Key("next").String(links.next);
    if (!links.first.empty()) json.Key("first").String(links.first);
    return out;
  }
};

}  // namespace

const Dialect* Glance() {
  static const GlanceDialect kDialect;
  return &kDialect;
}

}  // namespace tstack::contract
