// Schemas of what dialects write, error bodies and page links: the dialect writes a sample, its
// shape is the schema. So no dialect describes itself twice.
#include "common/contract/dialect.h"
#include "common/contract/json_builder.h"
#include "common/contract/json_document.h"
#include "common/contract/openapi_operation.h"
#include "common/contract/route_plan.h"
#include "common/http/reason_phrase.h"

namespace tstack::contract {
namespace {

void WriteShape(JsonValue value, bool nullable, JsonBuilder& json) {
  json.BeginObject().Key("type");
  if (value.is_object()) {
    json.String("object").Key("properties").BeginObject();
    for (const JsonMember member : value.members()) {
      json.Key(member.key);
      WriteShape(member.value, nullable, json);
    }
    json.EndObject();
  } else if (value.is_array()) {
    json.String("array").Key("items");
    if (value.size() > 0)
      WriteShape(*value.elements().begin(), nullable, json);
    else
      json.BeginObject().EndObject();
  } else if (nullable) {
    json.BeginArray().String("string").String("null").EndArray();
  } else {
    json.String(value.is_string() ? "string" : "integer");
  }
  json.EndObject();
}

http::Response Sample(const RestApi& api, int status) {
  Exchange exchange;
  exchange.api = &api;
  exchange.version = api.max_version;
  exchange.negotiated = true;
  ErrorView view;
  view.http_status = status;
  view.message = "why";
  view.reason = "REASON";
  http::Response response;
  response.status = status;
  api.dialect->WriteError(exchange, view, response);
  return response;
}

}  // namespace

std::map<std::string, std::string> PageLinkSchemas(const Route& route) {
  const Dialect& dialect = *route.api->dialect;
  const ListPlan& list = *route.plan->list;
  std::map<std::string, std::string> schemas;
  if (!list.paged && !dialect.AlwaysLinks()) return schemas;
  const bool always = dialect.AlwaysLinks();  // a link that does not exist is null, not left out
  const auto sample = JsonDocument::Parse(
      "{" + dialect.PageMembers(list.links_key, {"self", "first", "next", "previous"}) + "}");
  if (!sample.ok()) return schemas;
  for (const JsonMember member : sample->root().members()) {
    JsonBuilder json(&schemas[std::string(member.key)]);
    WriteShape(member.value, always, json);
  }
  return schemas;
}

std::string ErrorResponse(const RestApi& api, int status) {
  const http::Response sample = Sample(api, status);
  std::string media(sample.headers.Find("Content-Type").value_or("text/plain"));
  media = media.substr(0, media.find(';'));
  std::string out;
  JsonBuilder json(&out);
  json.BeginObject().Key("description").String(http::ReasonPhrase(status));
  json.Key("content").BeginObject().Key(media).BeginObject().Key("schema");
  const auto document = JsonDocument::Parse(sample.body);
  if (document.ok())
    WriteShape(document->root(), /*nullable=*/false, json);
  else
    json.BeginObject().Key("type").String("string").EndObject();
  json.EndObject().EndObject().EndObject();
  return out;
}

}  // namespace tstack::contract
