#include "common/contract/json_writer.h"

#include <algorithm>

#include "absl/strings/escaping.h"

#include "common/contract/field_store.h"
#include "common/contract/json_builder.h"
#include "common/contract/json_values.h"
#include "common/contract/query.h"
#include "common/contract/timestamps.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::ListValue;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Struct;
using google::protobuf::Value;

// Where one value is: in a singular field, or at a position of a repeated one.
struct Slot {
  static constexpr int kSingular = -1;
  Slot(const Message& m, const FieldDescriptor* f) : Slot(m, *m.GetReflection(), f) {}
  // GetReflection() is not cheap: whoever has many slots of one message asks once.
  Slot(const Message& m, const Reflection& r, const FieldDescriptor* f, int i = kSingular)
      : message(m), of(r), field(f), index(i) {}

  const Message& message;
  const Reflection& of;
  const FieldDescriptor* field;
  int index;

  const Reflection& reflection() const { return of; }
  bool singular() const { return index == kSingular; }

  bool Bool() const {
    return singular() ? reflection().GetBool(message, field)
                      : reflection().GetRepeatedBool(message, field, index);
  }
  int64_t Int() const {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
      return singular() ? reflection().GetInt32(message, field)
                        : reflection().GetRepeatedInt32(message, field, index);
    }
    return singular() ? reflection().GetInt64(message, field)
                      : reflection().GetRepeatedInt64(message, field, index);
  }
  uint64_t Uint() const {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      return singular() ? reflection().GetUInt32(message, field)
                        : reflection().GetRepeatedUInt32(message, field, index);
    }
    return singular() ? reflection().GetUInt64(message, field)
                      : reflection().GetRepeatedUInt64(message, field, index);
  }
  double Double() const {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
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
  const Message& Sub() const {
    return singular() ? reflection().GetMessage(message, field)
                      : reflection().GetRepeatedMessage(message, field, index);
  }
};

// The message as its generated type; copied through its bytes if it is a dynamic twin.
template <typename Generated>
const Generated& As(const Message& message, Generated* scratch) {
  if (const auto* same = google::protobuf::DynamicCastToGenerated<Generated>(&message)) {
    return *same;
  }
  if (!scratch->ParsePartialFromString(message.SerializePartialAsString())) scratch->Clear();
  return *scratch;
}

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
  // What stands for a field that has none.
  void UnsetValue(const FieldPlan& field);

 private:
  bool Selected(bool outermost, std::string_view name) const;
  void Field(const Message& message, const Reflection& reflection, const FieldPlan& field);
  void List(const Message& message, const Reflection& reflection, const FieldPlan& field);
  void Map(const Message& message, const FieldPlan& field);
  void Spread(const Message& message, const MessagePlan& plan, bool outermost);
  void SpreadEntry(const Message& entry, const FieldPlan& spread);
  void OneValue(const Slot& slot, const FieldPlan& field);
  void Scalar(const Slot& slot, Kind kind, const FieldPlan& field);
  void WellKnown(const Message& message, Kind kind, const FieldPlan& field);
  void Real(const Slot& slot);
  void Integer(const Slot& slot, Kind kind, bool quoted);
  void Time(const Message& message, api::Format format);
  void Mask(const Message& message);
  void Bytes(const Slot& slot);
  void Enum(int number, const FieldPlan& field);
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
    UnsetValue(field);
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

void ObjectWriter::UnsetValue(const FieldPlan& field) {
  if (field.unset != api::AS_VALUE) {
    json_.Null();
    return;
  }
  if (field.shape == Shape::kRepeated) {
    json_.Raw("[]");
    return;
  }
  if (field.shape == Shape::kMap) {
    json_.Raw("{}");
    return;
  }
  switch (field.ScalarKind()) {
    case Kind::kBool:
      json_.Raw(field.as_string ? "\"false\"" : "false");
      return;
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint32:
    case Kind::kUint64:
      json_.Raw(field.as_string ? "\"0\"" : "0");
      return;
    case Kind::kDouble:
      json_.Raw("0.0");
      return;
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kFieldMask:
      json_.Raw("\"\"");
      return;
    case Kind::kEnum:
      Enum(field.field->default_value_enum()->number(), field);
      return;
    case Kind::kListValue:
      json_.Raw("[]");
      return;
    case Kind::kMessage:
    case Kind::kStruct:
    case Kind::kEmpty:
      json_.Raw("{}");
      return;
    default:
      json_.Null();
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
    Scalar(value, Kind::kString, spread);
  } else {
    WellKnown(value.Sub(), Kind::kValue, spread);
  }
}

void ObjectWriter::OneValue(const Slot& slot, const FieldPlan& field) {
  switch (field.kind) {
    case Kind::kMessage:
      return Object(slot.Sub(), *field.nested, false);
    case Kind::kWrapper:
      return Scalar({slot.Sub(), field.nested->fields()[0].field}, field.ScalarKind(), field);
    case Kind::kTimestamp:
    case Kind::kValue:
    case Kind::kStruct:
    case Kind::kListValue:
    case Kind::kEmpty:
    case Kind::kFieldMask:
    case Kind::kFilter:
    case Kind::kSortKey:
      return WellKnown(slot.Sub(), field.kind, field);
    default:
      return Scalar(slot, field.kind, field);
  }
}

void ObjectWriter::Scalar(const Slot& slot, Kind kind, const FieldPlan& field) {
  switch (kind) {
    case Kind::kBool:
      if (field.as_string) {
        json_.String(slot.Bool() ? "true" : "false");
      } else {
        json_.Bool(slot.Bool());
      }
      return;
    case Kind::kDouble:
      Real(slot);
      return;
    case Kind::kString: {
      std::string scratch;
      json_.String(slot.String(&scratch));
      return;
    }
    case Kind::kBytes:
      Bytes(slot);
      return;
    case Kind::kEnum:
      Enum(slot.Enum(), field);
      return;
    default:
      Integer(slot, kind, field.as_string);
  }
}

void ObjectWriter::Real(const Slot& slot) {
  if (slot.field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
    json_.Float(static_cast<float>(slot.Double()));
  } else {
    json_.Double(slot.Double());
  }
}

void ObjectWriter::Integer(const Slot& slot, Kind kind, bool quoted) {
  const bool is_signed = kind == Kind::kInt32 || kind == Kind::kInt64;
  if (quoted) {
    json_.String(is_signed ? std::to_string(slot.Int()) : std::to_string(slot.Uint()));
  } else if (is_signed) {
    json_.Int(slot.Int());
  } else {
    json_.Uint(slot.Uint());
  }
}

void ObjectWriter::WellKnown(const Message& message, Kind kind, const FieldPlan& field) {
  switch (kind) {
    case Kind::kTimestamp:
      return Time(message, field.format);
    case Kind::kFieldMask:
      return Mask(message);
    case Kind::kValue: {
      Value scratch;
      return WriteProtoValue(As(message, &scratch), json_);
    }
    case Kind::kStruct: {
      Struct scratch;
      return WriteProtoStruct(As(message, &scratch), json_);
    }
    case Kind::kListValue: {
      ListValue scratch;
      return WriteProtoList(As(message, &scratch), json_);
    }
    default:
      json_.Raw("{}");
  }
}

void ObjectWriter::Time(const Message& message, api::Format format) {
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  json_.Raw("\"");
  AppendTimestamp(Slot(message, reflection, type->field(0)).Int(),
                  static_cast<int32_t>(Slot(message, reflection, type->field(1)).Int()), format,
                  json_.out());
  json_.out()->push_back('"');
}

void ObjectWriter::Mask(const Message& message) {
  const FieldDescriptor* paths = message.GetDescriptor()->field(0);
  const int size = message.GetReflection()->FieldSize(message, paths);
  std::string text;
  std::string scratch;
  for (int i = 0; i < size; ++i) {
    if (i > 0) text.push_back(',');
    text += Slot(message, *message.GetReflection(), paths, i).String(&scratch);
  }
  json_.String(text);
}

void ObjectWriter::Bytes(const Slot& slot) {
  std::string scratch;
  json_.String(absl::Base64Escape(slot.String(&scratch)));
}

void ObjectWriter::Enum(int number, const FieldPlan& field) {
  const auto found = field.enumeration->json.find(number);
  if (found != field.enumeration->json.end()) {
    json_.Raw(found->second);
  } else {
    json_.String(std::to_string(number));  // from a newer peer
  }
}

std::string ObjectWriter::Href(const Message& message, const LinkPlan& link) const {
  std::string href;
  if (options_.resolve_link == nullptr) href = options_.link_base;
  for (const LinkPart& part : link.href) {
    href += part.literal;
    if (part.field != nullptr) href += PercentEncode(FieldText(message, part.field));
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
    return VersionInRange(options_.version, link.since, link.until);
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
  set ? writer.FieldValue(message, reflection, field) : writer.UnsetValue(field);
}

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
