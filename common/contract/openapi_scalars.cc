#include "common/contract/openapi_scalars.h"

namespace tstack::contract {
namespace {

// JSON schema's name, "" for anything.
std::string_view TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return "boolean";
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint32:
    case Kind::kUint64:
      return "integer";
    case Kind::kDouble:
      return "number";
    case Kind::kValue:
      return "";
    case Kind::kStruct:
    case Kind::kEmpty:
    case Kind::kMessage:
      return "object";
    case Kind::kListValue:
      return "array";
    default:
      return "string";
  }
}

bool IsInteger(Kind kind) { return TypeOf(kind) == "integer"; }

std::string_view FormatName(api::Format format) {
  switch (format) {
    case api::UUID:
    case api::DASHED_UUID:
      return "uuid";
    case api::URL:
      return "uri";
    case api::TIMESTAMP_Z:
    case api::TIMESTAMP_MICROS_Z:
    case api::TIMESTAMP_OFFSET:
      return "date-time";
    case api::HOSTNAME:
      return "hostname";
    default:
      return "";
  }
}

void WriteTypes(const FieldPlan& field, Side side, bool nullable, JsonBuilder& json) {
  std::vector<std::string_view> types;
  const Kind kind = field.ScalarKind();
  if (TypeOf(kind).empty()) return;
  types.push_back(field.as_string && side == Side::kAnswer ? "string" : TypeOf(kind));
  const bool loose = field.lenient && side != Side::kAnswer;
  if (loose && kind == Kind::kBool) types.insert(types.end(), {"string", "integer"});
  if (loose && IsInteger(kind)) types.push_back("string");
  if (nullable || field.kind == Kind::kWrapper) types.push_back("null");
  if (types.size() == 1) {
    json.Key("type").String(types[0]);
    return;
  }
  json.Key("type").BeginArray();
  for (const auto type : types) json.String(type);
  json.EndArray();
}

void WriteChoices(const std::vector<std::string>& names, bool nullable, JsonBuilder& json) {
  json.Key("enum").BeginArray();
  for (const std::string& name : names) json.String(name);
  if (nullable) json.Null();
  json.EndArray();
}

void WriteLimits(const FieldPlan& field, bool nullable, JsonBuilder& json) {
  const Validation& limits = field.validation;
  const Kind kind = field.ScalarKind();
  if (limits.min)
    json.Key("minimum").Int(*limits.min);
  else if (kind == Kind::kUint32 || kind == Kind::kUint64)
    json.Key("minimum").Int(0);
  if (limits.max) json.Key("maximum").Int(*limits.max);
  if (limits.min_length > 0) json.Key("minLength").Int(limits.min_length);
  if (limits.max_length > 0) json.Key("maxLength").Int(limits.max_length);
  if (!field.option.pattern().empty())
    json.Key("pattern").String("^(?:" + field.option.pattern() + ")$");
  if (!limits.one_of.empty() && !field.lenient) WriteChoices(limits.one_of, nullable, json);
}

void WriteFormat(const FieldPlan& field, JsonBuilder& json) {
  const Kind kind = field.ScalarKind();
  if (kind == Kind::kBytes) json.Key("contentEncoding").String("base64");
  if (kind == Kind::kInt32) json.Key("format").String("int32");
  if (kind == Kind::kInt64) json.Key("format").String("int64");
  const std::string_view name = FormatName(field.format);
  if (!name.empty()) json.Key("format").String(name);
  if (field.format != api::ANY) json.Key("x-tstack-format").String(api::Format_Name(field.format));
}

}  // namespace

void WriteScalarSchema(const FieldPlan& field, Side side, bool nullable, JsonBuilder& json) {
  WriteTypes(field, side, nullable, json);
  if (field.enumeration != nullptr) WriteChoices(field.enumeration->names, nullable, json);
  if (side != Side::kAnswer) WriteLimits(field, nullable, json);
  WriteFormat(field, json);
}

}  // namespace tstack::contract
