#include "common/contract/field_store.h"

#include <algorithm>
#include <utility>

namespace tstack::contract {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void FieldStore::Bool(bool value) const {
  add_ ? reflection().AddBool(message_, field_, value)
       : reflection().SetBool(message_, field_, value);
}

void FieldStore::Int(int64_t value) const {
  if (field_->cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
    const auto narrow = static_cast<int32_t>(value);
    add_ ? reflection().AddInt32(message_, field_, narrow)
         : reflection().SetInt32(message_, field_, narrow);
    return;
  }
  add_ ? reflection().AddInt64(message_, field_, value)
       : reflection().SetInt64(message_, field_, value);
}

void FieldStore::Uint(uint64_t value) const {
  if (field_->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
    const auto narrow = static_cast<uint32_t>(value);
    add_ ? reflection().AddUInt32(message_, field_, narrow)
         : reflection().SetUInt32(message_, field_, narrow);
    return;
  }
  add_ ? reflection().AddUInt64(message_, field_, value)
       : reflection().SetUInt64(message_, field_, value);
}

void FieldStore::Double(double value) const {
  if (field_->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
    const auto narrow = static_cast<float>(value);
    add_ ? reflection().AddFloat(message_, field_, narrow)
         : reflection().SetFloat(message_, field_, narrow);
    return;
  }
  add_ ? reflection().AddDouble(message_, field_, value)
       : reflection().SetDouble(message_, field_, value);
}

void FieldStore::String(std::string value) const {
  add_ ? reflection().AddString(message_, field_, std::move(value))
       : reflection().SetString(message_, field_, std::move(value));
}

void FieldStore::Enum(int number) const {
  add_ ? reflection().AddEnumValue(message_, field_, number)
       : reflection().SetEnumValue(message_, field_, number);
}

Message* FieldStore::Sub() const {
  return add_ ? reflection().AddMessage(message_, field_)
              : reflection().MutableMessage(message_, field_);
}

void FieldStore::Copy(const Message& value) const {
  Message* sub = Sub();
  if (sub->GetDescriptor() == value.GetDescriptor()) {
    sub->CopyFrom(value);
  } else {
    // The same type from another pool: equal on the wire.
    sub->ParsePartialFromString(value.SerializePartialAsString());
  }
}

namespace {

// The map that holds a spread field's entries, and the message it is in.
struct MapOf {
  Message* message;
  const FieldDescriptor* map;
};

MapOf SpreadMap(Message* message, const FieldPlan& spread) {
  if (spread.shape == Shape::kMap) return {message, spread.field};
  // A Struct has one field, the map of its members.
  Message* object = message->GetReflection()->MutableMessage(message, spread.field);
  return {object, object->GetDescriptor()->field(0)};
}

std::string KeyOf(const Message& entry) {
  return entry.GetReflection()->GetString(entry, entry.GetDescriptor()->map_key());
}

Message* AddEntry(const MapOf& map, std::string_view key) {
  Message* entry = map.message->GetReflection()->AddMessage(map.message, map.map);
  entry->GetReflection()->SetString(entry, entry->GetDescriptor()->map_key(), std::string(key));
  return entry;
}

}  // namespace

Message* AddMapEntry(Message* message, const FieldPlan& map, std::string_view key) {
  return AddEntry({message, map.field}, key);
}

Message* AddSpreadEntry(Message* message, const FieldPlan& spread, std::string_view key) {
  return AddEntry(SpreadMap(message, spread), key);
}

void RemoveSpreadEntry(Message* message, const FieldPlan& spread, std::string_view key) {
  if (spread.shape == Shape::kSingular &&
      !message->GetReflection()->HasField(*message, spread.field)) {
    return;
  }
  const MapOf map = SpreadMap(message, spread);
  const Reflection& reflection = *map.message->GetReflection();
  for (int i = reflection.FieldSize(*map.message, map.map) - 1; i >= 0; --i) {
    if (KeyOf(reflection.GetRepeatedMessage(*map.message, map.map, i)) != key) continue;
    const int last = reflection.FieldSize(*map.message, map.map) - 1;
    reflection.SwapElements(map.message, map.map, i, last);
    reflection.RemoveLast(map.message, map.map);
  }
}

MapEntries SortedEntries(const Message& message, const FieldDescriptor* map) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* key = map->message_type()->map_key();
  const Reflection* of_entry = nullptr;
  std::string unused;  // strings of map entries are never computed
  MapEntries entries;
  const int size = reflection.FieldSize(message, map);
  entries.reserve(size);
  for (int i = 0; i < size; ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, map, i);
    if (of_entry == nullptr) of_entry = entry.GetReflection();
    entries.push_back({of_entry->GetStringReference(entry, key, &unused), &entry, of_entry});
  }
  std::sort(entries.begin(), entries.end(),
            [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
  return entries;
}

}  // namespace tstack::contract
