// Reads one value of a field by reflection: the counterpart of FieldStore.
#pragma once

#include <cstdint>
#include <string>

#include "google/protobuf/message.h"

namespace tstack::contract {

// Where one value is: in a singular field, or at a position of a repeated one.
struct Slot {
  static constexpr int kSingular = -1;
  Slot(const google::protobuf::Message& m, const google::protobuf::FieldDescriptor* f)
      : Slot(m, *m.GetReflection(), f) {}
  // GetReflection() is not cheap: whoever has many slots of one message asks once.
  Slot(const google::protobuf::Message& m, const google::protobuf::Reflection& r,
       const google::protobuf::FieldDescriptor* f, int i = kSingular)
      : message(m), of(r), field(f), index(i) {}

  const google::protobuf::Message& message;
  const google::protobuf::Reflection& of;
  const google::protobuf::FieldDescriptor* field;
  int index;

  const google::protobuf::Reflection& reflection() const { return of; }
  bool singular() const { return index == kSingular; }

  bool Bool() const {
    return singular() ? reflection().GetBool(message, field)
                      : reflection().GetRepeatedBool(message, field, index);
  }
  int64_t Int() const {
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_INT32) {
      return singular() ? reflection().GetInt32(message, field)
                        : reflection().GetRepeatedInt32(message, field, index);
    }
    return singular() ? reflection().GetInt64(message, field)
                      : reflection().GetRepeatedInt64(message, field, index);
  }
  uint64_t Uint() const {
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_UINT32) {
      return singular() ? reflection().GetUInt32(message, field)
                        : reflection().GetRepeatedUInt32(message, field, index);
    }
    return singular() ? reflection().GetUInt64(message, field)
                      : reflection().GetRepeatedUInt64(message, field, index);
  }
  double Double() const {
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_FLOAT) {
      return singular() ? reflection().GetFloat(message, field)
                        : reflection().GetRepeatedFloat(message, field, index);
    }
    return singular() ? reflection().GetDouble(message, field)
                      : reflection().GetRepeatedDouble(message, field, index);
  }
  const std::string& String(std::string* scratch) const {
    return singular() ? reflection().GetStringReference(message, field, scratch)
                      : reflection().GetRepeatedStringReference(message, field, index, scratch);
  }
  int Enum() const {
    return singular() ? reflection().GetEnumValue(message, field)
                      : reflection().GetRepeatedEnumValue(message, field, index);
  }
  const google::protobuf::Message& Sub() const {
    return singular() ? reflection().GetMessage(message, field)
                      : reflection().GetRepeatedMessage(message, field, index);
  }
};

// The message as its generated type; copied through its bytes if it is a dynamic twin.
template <typename Generated>
const Generated& As(const google::protobuf::Message& message, Generated* scratch) {
  if (const auto* same = google::protobuf::DynamicCastToGenerated<Generated>(&message)) {
    return *same;
  }
  if (!scratch->ParsePartialFromString(message.SerializePartialAsString())) scratch->Clear();
  return *scratch;
}

}  // namespace tstack::contract
