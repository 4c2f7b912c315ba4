#include "common/contract/openapi_operation.h"

#include <algorithm>
#include <set>

#include "common/contract/dialect.h"
#include "common/contract/http_titles.h"

namespace tstack::contract {
namespace {

LinkStyle StyleOf(const Route& route) { return route.api->dialect->link_style(); }

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

}  // namespace

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
  if (route.api->HasMicroversions()) TextParameter("OpenStack-API-Version", "header", json);
  json.EndArray();
}

// The object inside the envelopes.
void OperationWriter::WriteInnerBody(const Route& route, JsonBuilder& json) {
  const RoutePlan& plan = *route.plan;
  const Side side = plan.mask_field != nullptr ? Side::kUpdate : Side::kInput;
  if (plan.body == nullptr)
    return schemas_.Value(*plan.body_field, Side::kInput, StyleOf(route), json);
  if (plan.body_field != nullptr && plan.body_excluded.empty()) {
    return schemas_.Refer(*plan.body, side, StyleOf(route), json);
  }
  schemas_.Object(*plan.body, side, StyleOf(route), plan.body_excluded, json);
}

void OperationWriter::WritePatchSchema(JsonBuilder& json) {
  json.BeginObject().Key("type").String("array").Key("items").BeginObject().Key("type").String(
      "object");
  json.Key("properties").BeginObject();
  json.Key("op")
      .BeginObject()
      .Key("enum")
      .BeginArray()
      .String("add")
      .String("replace")
      .String("remove")
      .EndArray()
      .EndObject();
  json.Key("path").BeginObject().Key("type").String("string").EndObject();
  json.Key("value").BeginObject().EndObject().EndObject();
  json.Key("required").BeginArray().String("op").String("path").EndArray().EndObject().EndObject();
}

void OperationWriter::WriteBodySchema(const Route& route, JsonBuilder& json) {
  const RoutePlan& plan = *route.plan;
  if (plan.body_kind == api::JSON_PATCH) return WritePatchSchema(json);
  const std::string& key = route.option.action().empty() ? plan.envelope : route.option.action();
  if (key.empty()) return WriteInnerBody(route, json);
  json.BeginObject().Key("type").String("object").Key("properties").BeginObject().Key(key);
  if (!route.option.action().empty()) {
    json.BeginObject().Key("anyOf").BeginArray();
    WriteInnerBody(route, json);
    json.BeginObject().Key("type").String("null").EndObject().EndArray().EndObject();
  } else {
    WriteInnerBody(route, json);
  }
  if (!plan.bulk_envelope.empty()) {
    json.Key(plan.bulk_envelope).BeginObject().Key("type").String("array").Key("items");
    WriteInnerBody(route, json);
    json.EndObject();
  }
  for (const SiblingPlan& sibling : plan.siblings) {
    json.Key(sibling.key);
    schemas_.Value(*sibling.field, Side::kInput, StyleOf(route), json);
  }
  json.EndObject();
  if (plan.bulk_envelope.empty()) json.Key("required").BeginArray().String(key).EndArray();
  json.Key("additionalProperties").Bool(false).EndObject();
}

void OperationWriter::WriteRequestBody(const Route& route, JsonBuilder& json) {
  const RoutePlan& plan = *route.plan;
  const bool raw = plan.body_kind == api::RAW;
  if (!plan.has_body && !raw) return;
  std::vector<std::string> types(route.option.consumes().begin(), route.option.consumes().end());
  if (!raw && (plan.body_kind != api::JSON_PATCH || types.empty()))
    types.insert(types.begin(), "application/json");
  if (types.empty()) types.emplace_back("application/octet-stream");
  json.Key("requestBody").BeginObject().Key("required").Bool(plan.body_kind != api::OPTIONAL_JSON);
  json.Key("content").BeginObject();
  for (const std::string& type : types) {
    json.Key(type).BeginObject().Key("schema");
    if (raw)
      json.BeginObject()
          .Key("type")
          .String("string")
          .Key("contentEncoding")
          .String("binary")
          .EndObject();
    else
      WriteBodySchema(route, json);
    json.EndObject();
  }
  json.EndObject().EndObject();
}

void OperationWriter::WriteListSchema(const Route& route, JsonBuilder& json) {
  const ListPlan& list = *route.plan->list;
  json.BeginObject().Key("type").String("object").Key("properties").BeginObject();
  json.Key(list.key).BeginObject().Key("type").String("array").Key("items");
  if (!list.item_envelope.empty()) {
    json.BeginObject()
        .Key("type")
        .String("object")
        .Key("properties")
        .BeginObject()
        .Key(list.item_envelope);
    schemas_.Refer(*list.item, Side::kAnswer, StyleOf(route), json);
    json.EndObject().EndObject();
  } else {
    schemas_.Refer(*list.item, Side::kAnswer, StyleOf(route), json);
  }
  json.EndObject();
  if (!route.streaming) {
    for (const FieldPlan& field : route.plan->response->fields()) {
      const auto& shown = route.plan->shown;
      const bool visible =
          field.Writable() && std::find(shown.begin(), shown.end(), field.name) != shown.end();
      if (!visible || field.name == list.key) continue;
      json.Key(field.name);
      schemas_.Value(field, Side::kAnswer, StyleOf(route), json);
    }
  }
  json.EndObject().EndObject();
}

void OperationWriter::WriteAnswerSchema(const Route& route, JsonBuilder& json) {
  const RoutePlan& plan = *route.plan;
  if (route.option.null_response()) {
    json.BeginObject().Key("type").String("null").EndObject();
    return;
  }
  if (plan.list) return WriteListSchema(route, json);
  const MessagePlan& inner = plan.bulk_items != nullptr ? *plan.bulk_items->nested : *plan.response;
  if (plan.response_envelope.empty()) {
    SchemaSet::Fields hidden;
    for (const HeaderOutPlan& header : plan.response_headers) {
      if (header.field) hidden.push_back(header.field->head());
    }
    if (hidden.empty()) return schemas_.Refer(inner, Side::kAnswer, StyleOf(route), json);
    return schemas_.Object(inner, Side::kAnswer, StyleOf(route), hidden, json);
  }
  json.BeginObject()
      .Key("type")
      .String("object")
      .Key("properties")
      .BeginObject()
      .Key(plan.response_envelope);
  schemas_.Refer(inner, Side::kAnswer, StyleOf(route), json);
  if (plan.bulk_items != nullptr) {
    json.Key(plan.bulk_envelope).BeginObject().Key("type").String("array").Key("items");
    schemas_.Refer(inner, Side::kAnswer, StyleOf(route), json);
    json.EndObject();
  }
  json.EndObject().EndObject();
}

void OperationWriter::WriteAnswer(const Route& route, int status, bool empty,
                                  const std::vector<HeaderOutPlan>& headers, JsonBuilder& json) {
  json.Key(std::to_string(status)).BeginObject().Key("description").String(HttpTitle(status));
  std::set<std::string> seen;
  json.Key("headers").BeginObject();
  for (const auto* list : {&route.plan->response_headers, &headers}) {
    for (const HeaderOutPlan& header : *list) {
      if (!seen.insert(header.header).second) continue;
      json.Key(header.header)
          .BeginObject()
          .Key("schema")
          .BeginObject()
          .Key("type")
          .String("string")
          .EndObject()
          .EndObject();
    }
  }
  json.EndObject();
  if (!empty && status != 204) {
    json.Key("content").BeginObject().Key("application/json").BeginObject().Key("schema");
    WriteAnswerSchema(route, json);
    json.EndObject().EndObject();
  }
  json.EndObject();
}

void OperationWriter::WriteResponses(const Route& route, JsonBuilder& json) {
  const RoutePlan& plan = *route.plan;
  const bool raw = !route.option.raw().empty() || route.verb == "HEAD";
  std::set<int> seen;
  json.Key("responses").BeginObject();
  auto answer = [&](int status, bool empty, const std::vector<HeaderOutPlan>& headers) {
    if (seen.insert(status).second)
      WriteAnswer(route, status, empty || plan.empty_response || raw, headers, json);
  };
  answer(plan.success, false, {});
  for (const auto& [since, status] : plan.success_since) answer(status, false, {});
  for (const OutcomePlan& outcome : plan.outcomes)
    answer(outcome.status, outcome.empty, outcome.headers);
  for (const int status : {400, 401, 403, 404, 409, 413, 415, 500, 503}) {
    const bool body_only = status == 413 || status == 415 || status == 409;
    if (seen.contains(status) || (status == 401 && route.option.public_()) ||
        (body_only && !plan.has_body))
      continue;
    const std::string name = std::string(route.api->dialect->name()) + "-" + std::to_string(status);
    if (!errors_.contains(name)) errors_[name] = ErrorResponse(*route.api, status);
    json.Key(std::to_string(status))
        .BeginObject()
        .Key("$ref")
        .String("#/components/responses/" + name)
        .EndObject();
  }
  json.EndObject();
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
