#include "common/contract/json_writer.h"

#include <algorithm>

#include "common/contract/field_store.h"
#include "common/contract/json_builder.h"
#include "common/contract/query.h"
#include "common/contract/slot.h"
#include "common/contract/value_writer.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class ObjectWriter {
 public:
  ObjectWriter(const WriteOptions& options, std::string* out) : options_(options), json_(out) {}

  void Object(const Message& message, const MessagePlan& plan, bool outermost);
  void Members(const Message& message, const MessagePlan& plan, bool outermost);
  // The value of a field that has one.
  void FieldValue(const Message& message, const Reflection& reflection, const FieldPlan& field);
  void Unset(const FieldPlan& field) { WriteUnset(field, json_); }

 private:
  bool Selected(bool outermost, std::string_view name) const;
  void Field(const Message& message, const Reflection& reflection, const FieldPlan& field);
  void List(const Message& message, const Reflection& reflection, const FieldPlan& field);
  void Map(const Message& message, const FieldPlan& field);
  void Spread(const Message& message, const MessagePlan& plan, bool outermost);
  void SpreadEntry(const Message& entry, const FieldPlan& spread);
  void OneValue(const Slot& slot, const FieldPlan& field);
  void Links(const Message& message, const MessagePlan& plan, bool outermost);
  void LinkMember(const Message& message, const LinkPlan& link);
  std::string Href(const Message& message, const LinkPlan& link) const;

  const WriteOptions& options_;
  JsonBuilder json_;
};

bool ObjectWriter::Selected(bool outermost, std::string_view name) const {
  if (!outermost || options_.select == nullptr || options_.select->empty()) return true;
  return Contains(*options_.select, name);
}

void ObjectWriter::Object(const Message& message, const MessagePlan& plan, bool outermost) {
  json_.BeginObject();
  Members(message, plan, outermost);
  json_.EndObject();
}

void ObjectWriter::Members(const Message& message, const MessagePlan& plan, bool outermost) {
  const Reflection& reflection = *message.GetReflection();
  for (const FieldPlan& field : plan.fields()) {
    if (field.spread || !field.Writable() || !field.InVersion(options_.version)) continue;
    if (Selected(outermost, field.name)) Field(message, reflection, field);
  }
  if (plan.spread() != nullptr) Spread(message, plan, outermost);
  if (!options_.without_links && !plan.links().empty()) Links(message, plan, outermost);
  if (outermost) json_.RawMembers(options_.extra);
}

bool IsSet(const Message& message, const Reflection& reflection, const FieldPlan& field) {
  if (field.shape != Shape::kSingular) return reflection.FieldSize(message, field.field) > 0;
  // A scalar without presence always has a value.
  if (!field.presence && field.unset != api::AS_NULL) return true;
  return reflection.HasField(message, field.field);
}

void ObjectWriter::Field(const Message& message, const Reflection& reflection,
                         const FieldPlan& field) {
  if (IsSet(message, reflection, field)) {
    json_.RawKey(field.json_key);
    FieldValue(message, reflection, field);
  } else if (field.unset != api::OMIT) {
    json_.RawKey(field.json_key);
    WriteUnset(field, json_);
  }
}

void ObjectWriter::FieldValue(const Message& message, const Reflection& reflection,
                              const FieldPlan& field) {
  switch (field.shape) {
    case Shape::kRepeated:
      return List(message, reflection, field);
    case Shape::kMap:
      return Map(message, field);
    case Shape::kSingular:
      return OneValue({message, reflection, field.field}, field);
  }
}

void ObjectWriter::List(const Message& message, const Reflection& reflection,
                        const FieldPlan& field) {
  const int size = reflection.FieldSize(message, field.field);
  json_.BeginArray();
  for (int i = 0; i < size; ++i) OneValue({message, reflection, field.field, i}, field);
  json_.EndArray();
}

void ObjectWriter::Map(const Message& message, const FieldPlan& field) {
  json_.BeginObject();
  for (const MapEntry& entry : SortedEntries(message, field.field)) {
    json_.Key(entry.key);
    OneValue({*entry.message, *entry.reflection, field.map_value}, field);
  }
  json_.EndObject();
}

// A key that is declared, or a link's, was written already.
bool IsTaken(const MessagePlan& plan, const WriteOptions& options, std::string_view key) {
  const FieldPlan* declared = plan.Find(key, options.version);
  if (declared != nullptr && declared->InBodies()) return true;
  if (options.without_links || plan.links().empty()) return false;
  if (options.link_style != LinkStyle::kTopLevel) return key == "links";
  return std::any_of(plan.links().begin(), plan.links().end(), [&](const LinkPlan& link) {
    return link.rel == key && VersionInRange(options.version, link.since, link.until);
  });
}

void ObjectWriter::Spread(const Message& message, const MessagePlan& plan, bool outermost) {
  const FieldPlan& spread = *plan.spread();
  if (!spread.Writable() || !spread.InVersion(options_.version)) return;
  const Message* holder = &message;
  const FieldDescriptor* map = spread.field;
  if (spread.shape == Shape::kSingular) {
    // A Struct: its only field is the map of its members.
    if (!message.GetReflection()->HasField(message, spread.field)) return;
    holder = &message.GetReflection()->GetMessage(message, spread.field);
    map = holder->GetDescriptor()->field(0);
  }
  for (const MapEntry& entry : SortedEntries(*holder, map)) {
    if (IsTaken(plan, options_, entry.key) || !Selected(outermost, entry.key)) continue;
    json_.Key(entry.key);
    SpreadEntry(*entry.message, spread);
  }
}

void ObjectWriter::SpreadEntry(const Message& entry, const FieldPlan& spread) {
  const Slot value{entry, entry.GetDescriptor()->map_value()};
  if (spread.kind == Kind::kString) {
    WriteScalar(value, Kind::kString, spread, json_);
  } else {
    WriteWellKnown(value.Sub(), Kind::kValue, spread, json_);
  }
}

void ObjectWriter::OneValue(const Slot& slot, const FieldPlan& field) {
  switch (field.kind) {
    case Kind::kMessage:
      return Object(slot.Sub(), *field.nested, false);
    case Kind::kWrapper:
      return WriteScalar({slot.Sub(), field.nested->fields()[0].field}, field.ScalarKind(), field,
                         json_);
    case Kind::kTimestamp:
    case Kind::kValue:
    case Kind::kStruct:
    case Kind::kListValue:
    case Kind::kEmpty:
    case Kind::kFieldMask:
    case Kind::kFilter:
    case Kind::kSortKey:
      return WriteWellKnown(slot.Sub(), field.kind, field, json_);
    default:
      return WriteScalar(slot, field.kind, field, json_);
  }
}

// A link with an empty field leads nowhere.
bool IsComplete(const Message& message, const LinkPlan& link) {
  return std::none_of(link.href.begin(), link.href.end(), [&](const LinkPart& part) {
    return part.field != nullptr && FieldText(message, part.field).empty();
  });
}

std::string ObjectWriter::Href(const Message& message, const LinkPlan& link) const {
  std::string href;
  if (options_.resolve_link == nullptr) href = options_.link_base;
  for (const LinkPart& part : link.href) {
    href += part.literal;
    if (part.field == nullptr) continue;
    const std::string text = FieldText(message, part.field);
    href += part.keeps_slashes ? text : PercentEncode(text);
  }
  if (options_.resolve_link != nullptr) return (*options_.resolve_link)(link.option, href);
  return href;
}

void ObjectWriter::LinkMember(const Message& message, const LinkPlan& link) {
  if (options_.link_style != LinkStyle::kArray) {
    json_.Key(link.rel).String(Href(message, link));
    return;
  }
  json_.BeginObject().Key("rel").String(link.rel);
  json_.Key("href").String(Href(message, link)).EndObject();
}

void ObjectWriter::Links(const Message& message, const MessagePlan& plan, bool outermost) {
  const auto visible = [&](const LinkPlan& link) {
    return VersionInRange(options_.version, link.since, link.until) && IsComplete(message, link);
  };
  if (options_.link_style == LinkStyle::kTopLevel) {
    for (const LinkPlan& link : plan.links()) {
      if (visible(link) && Selected(outermost, link.rel)) LinkMember(message, link);
    }
    return;
  }
  if (!Selected(outermost, "links")) return;
  if (std::none_of(plan.links().begin(), plan.links().end(), visible)) return;
  const bool list = options_.link_style == LinkStyle::kArray;
  json_.Key("links");
  list ? json_.BeginArray() : json_.BeginObject();
  for (const LinkPlan& link : plan.links()) {
    if (visible(link)) LinkMember(message, link);
  }
  list ? json_.EndArray() : json_.EndObject();
}

}  // namespace

void WriteMessage(const Message& message, const MessagePlan& plan, const WriteOptions& options,
                  std::string* out) {
  ObjectWriter(options, out).Object(message, plan, true);
}

void WriteMembers(const Message& message, const MessagePlan& plan, const WriteOptions& options,
                  std::string* out) {
  ObjectWriter(options, out).Members(message, plan, true);
}

void WriteField(const Message& message, const FieldPlan& field, const WriteOptions& options,
                std::string* out) {
  ObjectWriter writer(options, out);
  const Reflection& reflection = *message.GetReflection();
  const bool set = IsSet(message, reflection, field);
  set ? writer.FieldValue(message, reflection, field) : writer.Unset(field);
}

}  // namespace tstack::contract
