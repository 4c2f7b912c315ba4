#include "common/contract/value_writer.h"

#include "absl/strings/escaping.h"

#include "common/contract/json_values.h"
#include "common/contract/timestamps.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::ListValue;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Struct;
using google::protobuf::Value;

void WriteReal(const Slot& slot, JsonBuilder& json) {
  if (slot.field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
    json.Float(static_cast<float>(slot.Double()));
  } else {
    json.Double(slot.Double());
  }
}

void WriteInteger(const Slot& slot, Kind kind, bool quoted, JsonBuilder& json) {
  const bool is_signed = kind == Kind::kInt32 || kind == Kind::kInt64;
  if (quoted) {
    json.String(is_signed ? std::to_string(slot.Int()) : std::to_string(slot.Uint()));
  } else if (is_signed) {
    json.Int(slot.Int());
  } else {
    json.Uint(slot.Uint());
  }
}

void WriteTime(const Message& message, api::Format format, JsonBuilder& json) {
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  json.Raw("\"");
  AppendTimestamp(Slot(message, reflection, type->field(0)).Int(),
                  static_cast<int32_t>(Slot(message, reflection, type->field(1)).Int()), format,
                  json.out());
  json.out()->push_back('"');
}

void WriteMask(const Message& message, JsonBuilder& json) {
  const FieldDescriptor* paths = message.GetDescriptor()->field(0);
  const int size = message.GetReflection()->FieldSize(message, paths);
  std::string text;
  std::string scratch;
  for (int i = 0; i < size; ++i) {
    if (i > 0) text.push_back(',');
    text += Slot(message, *message.GetReflection(), paths, i).String(&scratch);
  }
  json.String(text);
}

void WriteBytes(const Slot& slot, JsonBuilder& json) {
  std::string scratch;
  json.String(absl::Base64Escape(slot.String(&scratch)));
}

void WriteEnum(int number, const FieldPlan& field, JsonBuilder& json) {
  const auto found = field.enumeration->json.find(number);
  if (found != field.enumeration->json.end()) {
    json.Raw(found->second);
  } else {
    json.String(std::to_string(number));  // from a newer peer
  }
}

}  // namespace

void WriteScalar(const Slot& slot, Kind kind, const FieldPlan& field, JsonBuilder& json) {
  switch (kind) {
    case Kind::kBool:
      if (field.as_string) {
        json.String(slot.Bool() ? "true" : "false");
      } else {
        json.Bool(slot.Bool());
      }
      return;
    case Kind::kDouble:
      WriteReal(slot, json);
      return;
    case Kind::kString: {
      std::string scratch;
      json.String(slot.String(&scratch));
      return;
    }
    case Kind::kBytes:
      WriteBytes(slot, json);
      return;
    case Kind::kEnum:
      WriteEnum(slot.Enum(), field, json);
      return;
    default:
      WriteInteger(slot, kind, field.as_string, json);
  }
}

void WriteWellKnown(const Message& message, Kind kind, const FieldPlan& field, JsonBuilder& json) {
  switch (kind) {
    case Kind::kTimestamp:
      return WriteTime(message, field.format, json);
    case Kind::kFieldMask:
      return WriteMask(message, json);
    case Kind::kValue: {
      Value scratch;
      return WriteProtoValue(As(message, &scratch), json);
    }
    case Kind::kStruct: {
      Struct scratch;
      return WriteProtoStruct(As(message, &scratch), json);
    }
    case Kind::kListValue: {
      ListValue scratch;
      return WriteProtoList(As(message, &scratch), json);
    }
    default:
      json.Raw("{}");
  }
}

void WriteUnset(const FieldPlan& field, JsonBuilder& json) {
  if (field.unset != api::AS_VALUE) {
    json.Null();
    return;
  }
  if (field.shape == Shape::kRepeated) {
    json.Raw("[]");
    return;
  }
  if (field.shape == Shape::kMap) {
    json.Raw("{}");
    return;
  }
  switch (field.ScalarKind()) {
    case Kind::kBool:
      json.Raw(field.as_string ? "\"false\"" : "false");
      return;
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint32:
    case Kind::kUint64:
      json.Raw(field.as_string ? "\"0\"" : "0");
      return;
    case Kind::kDouble:
      json.Raw("0.0");
      return;
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kFieldMask:
      json.Raw("\"\"");
      return;
    case Kind::kEnum:
      WriteEnum(field.field->default_value_enum()->number(), field, json);
      return;
    case Kind::kListValue:
      json.Raw("[]");
      return;
    case Kind::kMessage:
    case Kind::kStruct:
    case Kind::kEmpty:
      json.Raw("{}");
      return;
    default:
      json.Null();
  }
}

}  // namespace tstack::contract
