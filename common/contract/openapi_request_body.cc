// What an operation reads, as a schema.
#include "common/contract/dialect.h"
#include "common/contract/openapi_operation.h"

namespace tstack::contract {
namespace {

LinkStyle StyleOf(const Route& route) { return route.api->dialect->link_style(); }

}  // namespace

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

}  // namespace tstack::contract
