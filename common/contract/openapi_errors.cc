// Schemas of error bodies: the dialect writes a sample, its shape is the schema. So no dialect
// describes itself twice.
#include "common/contract/dialect.h"
#include "common/contract/http_titles.h"
#include "common/contract/json_builder.h"
#include "common/contract/json_document.h"
#include "common/contract/openapi_operation.h"

namespace tstack::contract {
namespace {

void WriteShape(JsonValue value, JsonBuilder& json) {
  json.BeginObject().Key("type");
  if (value.is_object()) {
    json.String("object").Key("properties").BeginObject();
    for (const JsonMember member : value.members()) {
      json.Key(member.key);
      WriteShape(member.value, json);
    }
    json.EndObject();
  } else if (value.is_array()) {
    json.String("array").Key("items");
    if (value.size() > 0)
      WriteShape(*value.elements().begin(), json);
    else
      json.BeginObject().EndObject();
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

std::string ErrorResponse(const RestApi& api, int status) {
  const http::Response sample = Sample(api, status);
  std::string media(sample.headers.Find("Content-Type").value_or("text/plain"));
  media = media.substr(0, media.find(';'));
  std::string out;
  JsonBuilder json(&out);
  json.BeginObject().Key("description").String(HttpTitle(status));
  json.Key("content").BeginObject().Key(media).BeginObject().Key("schema");
  const auto document = JsonDocument::Parse(sample.body);
  if (document.ok())
    WriteShape(document->root(), json);
  else
    json.BeginObject().Key("type").String("string").EndObject();
  json.EndObject().EndObject().EndObject();
  return out;
}

}  // namespace tstack::contract
