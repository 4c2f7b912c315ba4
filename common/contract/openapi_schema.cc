#include "common/contract/openapi_schema.h"

#include <algorithm>

#include "common/contract/openapi_scalars.h"

namespace tstack::contract {
namespace {

std::string ComponentName(const MessagePlan& plan, Side side) {
  std::string name = plan.descriptor()->full_name();
  if (name.starts_with("tstack.")) name.erase(0, 7);
  if (side == Side::kInput) return name + ".Input";
  return side == Side::kUpdate ? name + ".Update" : name;
}

bool Shows(const FieldPlan& field, Side side) {
  if (side == Side::kAnswer) return field.Writable();
  return field.InBodies() && !field.read_only;
}

void WriteRange(const FieldPlan& field, JsonBuilder& json) {
  if (field.since != ApiVersion{}) json.Key("x-tstack-since").String(field.since.ToString());
  if (field.until != ApiVersion{}) json.Key("x-tstack-until").String(field.until.ToString());
}

void WriteNotes(const FieldPlan& field, Side side, JsonBuilder& json) {
  if (!field.doc.empty()) json.Key("description").String(field.doc);
  if (!field.policy.empty()) json.Key("x-tstack-policy").String(field.policy);
  if (field.write_only && side != Side::kAnswer) json.Key("writeOnly").Bool(true);
  WriteRange(field, json);
}

bool IsNullable(const FieldPlan& field, Side side) {
  return side == Side::kAnswer ? field.unset == api::AS_NULL : field.nullable;
}

void WriteCounts(const FieldPlan& field, const char* least, const char* most, JsonBuilder& json) {
  if (field.validation.min_items > 0) json.Key(least).Int(field.validation.min_items);
  if (field.validation.max_items > 0) json.Key(most).Int(field.validation.max_items);
}

void WriteKeyRule(const FieldPlan& field, JsonBuilder& json) {
  if (field.option.key_pattern().empty() && field.option.max_key_length() == 0) return;
  json.Key("propertyNames").BeginObject();
  if (!field.option.key_pattern().empty())
    json.Key("pattern").String("^(?:" + field.option.key_pattern() + ")$");
  if (field.option.max_key_length() > 0) json.Key("maxLength").Int(field.option.max_key_length());
  json.EndObject();
}

void WriteUrl(JsonBuilder& json) {
  json.BeginObject().Key("type").String("string").Key("format").String("uri-reference").EndObject();
}

// The property "links", or one property a link.
void WriteLinks(const MessagePlan& plan, LinkStyle style, JsonBuilder& json) {
  if (plan.links().empty()) return;
  if (style == LinkStyle::kTopLevel) {
    for (const LinkPlan& link : plan.links()) {
      json.Key(link.rel);
      WriteUrl(json);
    }
    return;
  }
  json.Key("links").BeginObject();
  if (style == LinkStyle::kMap) {
    json.Key("type").String("object").Key("properties").BeginObject();
    for (const LinkPlan& link : plan.links()) {
      json.Key(link.rel);
      WriteUrl(json);
    }
    json.EndObject().EndObject();
    return;
  }
  json.Key("type").String("array").Key("items").BeginObject().Key("type").String("object");
  json.Key("properties")
      .BeginObject()
      .Key("rel")
      .BeginObject()
      .Key("type")
      .String("string")
      .EndObject();
  json.Key("href");
  WriteUrl(json);
  json.EndObject().EndObject().EndObject();
}

}  // namespace

void SchemaSet::Refer(const MessagePlan& plan, Side side, LinkStyle links, JsonBuilder& json) {
  const std::string name = ComponentName(plan, side);
  if (wanted_.emplace(name, Wanted{&plan, side, links}).second) order_.push_back(name);
  json.BeginObject().Key("$ref").String("#/components/schemas/" + name).EndObject();
}

void SchemaSet::Element(const FieldPlan& field, Side side, LinkStyle links, bool nullable,
                        JsonBuilder& json) {
  if (field.kind != Kind::kMessage) {
    json.BeginObject();
    WriteScalarSchema(field, side, nullable, json);
    if (field.shape == Shape::kSingular) WriteNotes(field, side, json);
    json.EndObject();
    return;
  }
  const bool noted = field.shape == Shape::kSingular;
  if (!nullable && !noted) return Refer(*field.nested, side, links, json);
  json.BeginObject().Key("anyOf").BeginArray();
  Refer(*field.nested, side, links, json);
  if (nullable) json.BeginObject().Key("type").String("null").EndObject();
  json.EndArray();
  if (noted) WriteNotes(field, side, json);
  json.EndObject();
}

void SchemaSet::Value(const FieldPlan& field, Side side, LinkStyle links, JsonBuilder& json) {
  const bool nullable = IsNullable(field, side);
  if (field.shape == Shape::kSingular) return Element(field, side, links, nullable, json);
  const bool list = field.shape == Shape::kRepeated;
  json.BeginObject().Key("type");
  const char* type = list ? "array" : "object";
  if (nullable)
    json.BeginArray().String(type).String("null").EndArray();
  else
    json.String(type);
  json.Key(list ? "items" : "additionalProperties");
  Element(field, side, links, false, json);
  if (side != Side::kAnswer) {
    WriteCounts(field, list ? "minItems" : "minProperties", list ? "maxItems" : "maxProperties",
                json);
    if (field.validation.unique_items) json.Key("uniqueItems").Bool(true);
    if (!list) WriteKeyRule(field, json);
  }
  WriteNotes(field, side, json);
  json.EndObject();
}

void SchemaSet::Parameter(const FieldPlan& field, JsonBuilder& json) {
  const bool many = field.shape == Shape::kRepeated || field.kind == Kind::kFilter;
  json.BeginObject();
  if (many) {
    json.Key("type").String("array").Key("items").BeginObject();
    WriteScalarSchema(field, Side::kInput, false, json);
    json.EndObject();
  } else if (field.shape == Shape::kMap) {
    json.Key("type")
        .String("object")
        .Key("additionalProperties")
        .BeginObject()
        .Key("type")
        .String("string")
        .EndObject();
  } else {
    WriteScalarSchema(field, Side::kInput, false, json);
  }
  json.EndObject();
}

// Fields that share a name (in different versions) share a property.
void SchemaSet::Properties(const MessagePlan& plan, Side side, LinkStyle links,
                           const Fields& excluded, JsonBuilder& json) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const FieldPlan*>> by_name;
  for (const FieldPlan& field : plan.fields()) {
    const bool out = std::find(excluded.begin(), excluded.end(), field.field) != excluded.end();
    if (out || field.spread || !Shows(field, side)) continue;
    if (by_name[field.name].empty()) order.push_back(field.name);
    by_name[field.name].push_back(&field);
  }
  json.Key("properties").BeginObject();
  for (const std::string& name : order) {
    const auto& fields = by_name[name];
    json.Key(name);
    if (fields.size() == 1) {
      Value(*fields[0], side, links, json);
      continue;
    }
    json.BeginObject().Key("anyOf").BeginArray();
    for (const FieldPlan* field : fields) Value(*field, side, links, json);
    json.EndArray().EndObject();
  }
  if (side == Side::kAnswer) WriteLinks(plan, links, json);
  json.EndObject();
}

void SchemaSet::Object(const MessagePlan& plan, Side side, LinkStyle links, const Fields& excluded,
                       JsonBuilder& json) {
  json.BeginObject().Key("type").String("object");
  Properties(plan, side, links, excluded, json);
  std::vector<std::string> required;
  for (const FieldPlan& field : plan.fields()) {
    const bool out = std::find(excluded.begin(), excluded.end(), field.field) != excluded.end();
    const bool always = field.since == ApiVersion{} && field.until == ApiVersion{};
    if (side == Side::kInput && field.required && always && !out && Shows(field, side))
      required.push_back(field.name);
  }
  if (!required.empty()) {
    json.Key("required").BeginArray();
    for (const std::string& name : required) json.String(name);
    json.EndArray();
  }
  if (plan.spread() != nullptr) {
    json.Key("additionalProperties");
    if (plan.spread()->shape == Shape::kMap)
      Element(*plan.spread(), side, links, false, json);
    else
      json.Bool(true);
  } else if (side != Side::kAnswer && plan.rule().unknown() == api::REFUSE_KEYS) {
    json.Key("additionalProperties").Bool(false);
  }
  json.EndObject();
}

void SchemaSet::WriteComponents(JsonBuilder& json) {
  for (size_t i = 0; i < order_.size(); ++i) {  // grows while schemas refer to further ones
    const std::string name = order_[i];
    const Wanted wanted = wanted_.at(name);
    json.Key(name);
    Object(*wanted.plan, wanted.side, wanted.links, {}, json);
  }
}

}  // namespace tstack::contract
