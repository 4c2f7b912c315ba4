// Sets, adds or reads one value of a field by reflection, whatever its type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "google/protobuf/message.h"

#include "common/contract/plan.h"

namespace tstack::contract {

// A slot for one value: a singular field is set, a repeated one gets an element more. The value of
// a map entry is a singular field of the entry's message.
class FieldStore {
 public:
  FieldStore(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field)
      : message_(message), field_(field), add_(field->is_repeated()) {}

  bool IsFloat() const {
    return field_->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_FLOAT;
  }
  void Bool(bool value) const;
  // Any integer type: the caller has checked the range.
  void Int(int64_t value) const;
  void Uint(uint64_t value) const;
  void Double(double value) const;
  void String(std::string value) const;
  void Enum(int number) const;
  // A message to fill.
  google::protobuf::Message* Sub() const;
  // Copies a well-known message; works if the slot's type is a dynamic twin of it.
  void Copy(const google::protobuf::Message& value) const;

 private:
  const google::protobuf::Reflection& reflection() const { return *message_->GetReflection(); }
  google::protobuf::Message* message_;
  const google::protobuf::FieldDescriptor* field_;
  bool add_;
};

// Appends an entry to a map field, with its key set; the value is a slot of the result.
google::protobuf::Message* AddMapEntry(google::protobuf::Message* message, const FieldPlan& map,
                                       std::string_view key);
// The same for a spread field: a map or a Struct.
google::protobuf::Message* AddSpreadEntry(google::protobuf::Message* message,
                                          const FieldPlan& spread, std::string_view key);
// Removes the entry with that key, if there is one. Linear.
void RemoveSpreadEntry(google::protobuf::Message* message, const FieldPlan& spread,
                       std::string_view key);

// An entry of a map, to look at.
struct MapEntry {
  std::string_view key;  // lives in the message
  const google::protobuf::Message* message;
  const google::protobuf::Reflection* reflection;  // of the entry
};

// Entries of a map field, sorted by key: equal messages give equal bytes.
using MapEntries = absl::InlinedVector<MapEntry, 16>;
MapEntries SortedEntries(const google::protobuf::Message& message,
                         const google::protobuf::FieldDescriptor* map);

}  // namespace tstack::contract
