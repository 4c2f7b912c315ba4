#include "common/contract/openapi_operation.h"

#include <algorithm>
#include <set>

#include "common/contract/dialect.h"

namespace tstack::contract {
namespace {

std::string OperationId(const Route& route) {
  std::string id = route.method->full_name();
  if (id.starts_with("tstack.")) id.erase(0, 7);
  return route.index == 0 ? id : id + "." + std::to_string(route.index);
}

void BeginParameter(std::string_view name, std::string_view in, bool required, JsonBuilder& json) {
  json.BeginObject().Key("name").String(name).Key("in").String(in);
  if (required) json.Key("required").Bool(true);
}

void TextParameter(std::string_view name, std::string_view in, JsonBuilder& json) {
  BeginParameter(name, in, false, json);
  json.Key("schema").BeginObject().Key("type").String("string").EndObject().EndObject();
}

void ListParameter(std::string_view name, const std::vector<std::string>& choices,
                   JsonBuilder& json) {
  BeginParameter(name, "query", false, json);
  json.Key("schema")
      .BeginObject()
      .Key("type")
      .String("array")
      .Key("items")
      .BeginObject()
      .Key("type")
      .String("string");
  if (!choices.empty()) {
    json.Key("enum").BeginArray();
    for (const std::string& choice : choices) json.String(choice);
    json.EndArray();
  }
  json.EndObject().EndObject().EndObject();
}

bool ReadsBody(const Route& route) {
  return route.verb != "GET" && route.verb != "HEAD" && route.verb != "DELETE";
}

bool IsQueryField(const Route& route, const FieldPlan& field) {
  const auto& bound = route.plan->bound;
  if (field.internal || std::find(bound.begin(), bound.end(), field.field) != bound.end())
    return false;
  const bool marked = field.query || field.filter || field.suffixed;
  if (ReadsBody(route)) return marked;
  return marked || (field.kind != Kind::kMessage && field.kind != Kind::kSortKey &&
                    field.shape != Shape::kMap);
}

bool HasSortField(const Route& route) {
  const auto& fields = route.plan->request->fields();
  return std::any_of(fields.begin(), fields.end(),
                     [](const FieldPlan& f) { return f.kind == Kind::kSortKey; });
}

// Those that the request's fields do not name by themselves.
void WritePageParameters(const ListPlan& list, const std::set<std::string>& seen,
                         JsonBuilder& json) {
  if (list.paged && !seen.contains("limit")) {
    BeginParameter("limit", "query", false, json);
    json.Key("schema").BeginObject().Key("type").String("integer").Key("minimum").Int(0);
    json.EndObject().EndObject();
  }
  if (list.paged && !seen.contains("marker")) TextParameter("marker", "query", json);
  if (list.reverse_field == nullptr || seen.contains("page_reverse")) return;
  BeginParameter("page_reverse", "query", false, json);
  json.Key("schema").BeginObject().Key("type").String("boolean").EndObject().EndObject();
}

}  // namespace

bool TakesIdempotencyKey(const Route& route) {
  return route.verb == "POST" && !route.option.no_idempotency();
}

void OperationWriter::WritePathParameters(const Route& route, JsonBuilder& json) {
  const auto names = route.plan->templates[0].fields();
  for (size_t i = 0; i < names.size(); ++i) {
    BeginParameter(names[i], "path", true, json);
    json.Key("schema");
    schemas_.Parameter(*route.plan->path[0][i].plan, json);
    json.EndObject();
  }
}

void OperationWriter::WriteQueryParameters(const Route& route, JsonBuilder& json) {
  std::set<std::string> seen;
  for (const FieldPlan& field : route.plan->request->fields()) {
    if (!IsQueryField(route, field) || !seen.insert(field.name).second) continue;
    BeginParameter(field.name, "query", field.required, json);
    if (!field.doc.empty()) json.Key("description").String(field.doc);
    if (field.since != ApiVersion{}) json.Key("x-tstack-since").String(field.since.ToString());
    if (field.until != ApiVersion{}) json.Key("x-tstack-until").String(field.until.ToString());
    json.Key("schema");
    schemas_.Parameter(field, json);
    json.EndObject();
  }
  if (!route.plan->list) return;
  WritePageParameters(*route.plan->list, seen, json);
  if (HasSortField(route)) {
    ListParameter("sort_key", route.plan->list->sort_keys, json);
    ListParameter("sort_dir", {"asc", "desc"}, json);
  }
  if (route.plan->list->fields) ListParameter("fields", {}, json);
}

void OperationWriter::WriteParameters(const Route& route, JsonBuilder& json) {
  json.Key("parameters").BeginArray();
  if (!route.plan->templates.empty()) WritePathParameters(route, json);
  WriteQueryParameters(route, json);
  for (const HeaderInPlan& header : route.plan->request_headers) {
    BeginParameter(header.header, "header", header.required, json);
    json.Key("schema");
    schemas_.Parameter(*header.field.plan, json);
    json.EndObject();
  }
  if (TakesIdempotencyKey(route)) TextParameter("Idempotency-Key", "header", json);
  if (route.api->HasMicroversions()) TextParameter("OpenStack-API-Version", "header", json);
  json.EndArray();
}

void OperationWriter::WriteExtras(const Route& route, JsonBuilder& json) {
  auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) json.Key(key).String(value);
  };
  text("x-tstack-policy", route.option.policy());
  text("x-tstack-action", route.option.action());
  text("x-tstack-since", route.option.since());
  text("x-tstack-until", route.option.until());
  text("x-tstack-rpc", route.rpc_path);
  text("x-tstack-raw", route.option.raw());
  if (route.option.gone()) json.Key("deprecated").Bool(true);
  if (route.option.also().empty()) return;
  json.Key("x-tstack-also").BeginArray();
  for (const std::string& path : route.option.also()) json.String(route.api->prefix + path);
  json.EndArray();
}

void OperationWriter::Write(const Route& route, JsonBuilder& json) {
  json.BeginObject().Key("operationId").String(OperationId(route));
  if (!route.option.summary().empty()) json.Key("summary").String(route.option.summary());
  json.Key("tags").BeginArray().String(route.api->type).EndArray();
  WriteParameters(route, json);
  WriteRequestBody(route, json);
  WriteResponses(route, json);
  json.Key("security").BeginArray();
  if (route.option.optional_auth()) json.BeginObject().EndObject();
  if (!route.option.public_()) json.BeginObject().Key("token").BeginArray().EndArray().EndObject();
  json.EndArray();
  WriteExtras(route, json);
  json.EndObject();
}

void OperationWriter::WriteErrors(JsonBuilder& json) const {
  for (const auto& [name, response] : errors_) json.Key(name).Raw(response);
}

}  // namespace tstack::contract
