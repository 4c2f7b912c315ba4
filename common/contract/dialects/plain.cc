// What an API that imitates nobody speaks, and what answers when the path belongs to no API at all.
#include "common/contract/dialects/bodies.h"
#include "common/contract/dialects/dialects.h"
#include "common/contract/error_status.h"
#include "common/contract/json_builder.h"
#include "common/http/reason_phrase.h"

namespace tstack::contract {
namespace {

class PlainDialect final : public Dialect {
 public:
  std::string_view name() const override { return "plain"; }

  int StatusOf(StatusCode code, std::string_view reason) const override {
    if (code == StatusCode::kResourceExhausted && IsQuotaReason(reason)) return 403;
    return Dialect::StatusOf(code, reason);
  }

  // {"error": {"code": 404, "title": "Not Found", "reason": "PROJECT_NOT_FOUND", "message": "…"}}
  void WriteError(const Exchange& exchange, const ErrorView& error,
                  http::Response& response) const override {
    AddChallenge(exchange, error, response);
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("error").BeginObject().Key("code").Int(error.http_status);
    json.Key("title")
        .String(http::ReasonPhrase(error.http_status))
        .Key("reason")
        .String(error.reason);
    json.Key("message").String(error.message).EndObject().EndObject();
    SetJson(std::move(body), response);
  }

  std::optional<http::Response> VersionDocument(const Exchange& exchange) const override {
    if (exchange.path != "/" && !exchange.path.empty()) return std::nullopt;
    std::string body;
    JsonBuilder json(&body);
    json.BeginObject().Key("versions").BeginArray().BeginObject();
    json.Key("id").String("v1").Key("status").String("CURRENT");
    if (exchange.api->HasMicroversions()) {
      json.Key("version").String(exchange.api->max_version.ToString());
      json.Key("min_version").String(exchange.api->min_version.ToString());
    }
    json.Key("links").BeginArray().BeginObject().Key("rel").String("self");
    json.Key("href").String(exchange.base_url + "/v1/").EndObject().EndArray();
    json.EndObject().EndArray().EndObject();
    return Document(200, std::move(body));
  }

  LinkStyle link_style() const override { return LinkStyle::kMap; }

  std::string PageMembers(std::string_view, const PageLinks& links) const override {
    if (links.next.empty()) return "";
    std::string out;
    JsonBuilder json(&out);
    json.Key("next").String(links.next);
    return out;
  }
};

}  // namespace

const Dialect* Plain() {
  static const PlainDialect kDialect;
  return &kDialect;
}

}  // namespace tstack::contract
