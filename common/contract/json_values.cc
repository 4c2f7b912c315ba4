#include "common/contract/json_values.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace tstack::contract {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;

constexpr int64_t kExactInteger = int64_t{1} << 53;

bool ToExactNumber(JsonValue value, Value* out) {
  const bool exact = value.kind() == JsonKind::kInt64 && value.Int64() <= kExactInteger &&
                     value.Int64() >= -kExactInteger;
  out->set_number_value(value.Double());
  return exact || value.kind() == JsonKind::kDouble;
}

}  // namespace

bool ToProtoValue(JsonValue value, Value* out) {
  switch (value.kind()) {
    case JsonKind::kNull:
      out->set_null_value(google::protobuf::NULL_VALUE);
      return true;
    case JsonKind::kBool:
      out->set_bool_value(value.Bool());
      return true;
    case JsonKind::kString:
      out->set_string_value(std::string(value.String()));
      return true;
    case JsonKind::kArray:
      return ToProtoList(value, out->mutable_list_value());
    case JsonKind::kObject:
      return ToProtoStruct(value, out->mutable_struct_value());
    default:
      return ToExactNumber(value, out);
  }
}

bool ToProtoStruct(JsonValue object, Struct* out) {
  for (const JsonMember member : object.members()) {
    if (!ToProtoValue(member.value, &(*out->mutable_fields())[std::string(member.key)]))
      return false;
  }
  return true;
}

bool ToProtoList(JsonValue array, ListValue* out) {
  for (const JsonValue element : array.elements()) {
    if (!ToProtoValue(element, out->add_values())) return false;
  }
  return true;
}

void WriteProtoValue(const Value& value, JsonBuilder& json) {
  switch (value.kind_case()) {
    case Value::kBoolValue:
      json.Bool(value.bool_value());
      return;
    case Value::kStringValue:
      json.String(value.string_value());
      return;
    case Value::kListValue:
      WriteProtoList(value.list_value(), json);
      return;
    case Value::kStructValue:
      WriteProtoStruct(value.struct_value(), json);
      return;
    case Value::kNumberValue: {
      const double number = value.number_value();
      const bool whole = std::trunc(number) == number && std::fabs(number) <= kExactInteger &&
                         !(number == 0 && std::signbit(number));
      whole ? json.Int(static_cast<int64_t>(number)) : json.Double(number);
      return;
    }
    default:
      json.Null();
  }
}

void WriteProtoStruct(const Struct& value, JsonBuilder& json) {
  // Map order is random: sorted, so that equal answers are equal bytes.
  std::vector<std::pair<const std::string*, const Value*>> members;
  members.reserve(value.fields_size());
  for (const auto& [key, member] : value.fields()) members.emplace_back(&key, &member);
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return *a.first < *b.first; });
  json.BeginObject();
  for (const auto& [key, member] : members) {
    json.Key(*key);
    WriteProtoValue(*member, json);
  }
  json.EndObject();
}

void WriteProtoList(const ListValue& value, JsonBuilder& json) {
  json.BeginArray();
  for (const Value& element : value.values()) WriteProtoValue(element, json);
  json.EndArray();
}

}  // namespace tstack::contract
