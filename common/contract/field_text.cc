#include "google/protobuf/timestamp.pb.h"

#include "common/contract/json_builder.h"
#include "common/contract/json_writer.h"
#include "common/contract/slot.h"
#include "common/contract/timestamps.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string MessageText(const Message& message) {
  google::protobuf::Timestamp scratch;
  if (message.GetDescriptor()->full_name() != scratch.GetDescriptor()->full_name()) return "";
  const auto& time = As(message, &scratch);
  std::string text;
  AppendTimestamp(time.seconds(), time.nanos(), api::TIMESTAMP_Z, &text);
  return text;
}

std::string EnumText(const Slot& slot) {
  const google::protobuf::EnumValueDescriptor* value =
      slot.field->enum_type()->FindValueByNumber(slot.Enum());
  if (value == nullptr) return std::to_string(slot.Enum());
  const std::string& wire = value->options().GetExtension(api::wire);
  return wire.empty() ? value->name() : wire;
}

}  // namespace

std::string FieldText(const Message& message, const FieldDescriptor* field) {
  if (field->is_repeated()) return "";
  const Slot slot{message, field};
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return slot.Bool() ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(slot.Int());
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(slot.Uint());
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      JsonBuilder(&scratch).Double(slot.Double());
      return scratch;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(slot);
    case FieldDescriptor::CPPTYPE_STRING:
      return slot.String(&scratch);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  const bool set = message.GetReflection()->HasField(message, field);
  return set ? MessageText(slot.Sub()) : "";
}

}  // namespace tstack::contract
