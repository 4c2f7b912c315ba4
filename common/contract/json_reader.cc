#include "common/contract/json_reader.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

#include "common/contract/field_store.h"
#include "common/contract/json_builder.h"
#include "common/contract/json_text.h"
#include "common/contract/place.h"
#include "common/contract/value_reader.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

// Walks an object along its plan. One per read; keeps nothing but the options.
class ObjectReader {
 public:
  explicit ObjectReader(const ReadOptions& options) : options_(options) {}

  // `outer` is null for the message that the caller asked for. `mask` is null below lists and maps.
  Status Read(JsonValue object, const MessagePlan& plan, const Place& place, bool outermost,
              Message* out, FieldMask* mask);
  // A declared field.
  Status ReadDeclared(JsonValue value, const FieldPlan& field, const Place& place, Message* out,
                      FieldMask* mask);
  // An entry of the spread field.
  Status ReadSpread(const JsonMember& member, const FieldPlan& field, const Place& place,
                    Message* out);

 private:
  bool IsExcluded(const FieldPlan& field) const;
  const FieldPlan* Lookup(const MessagePlan& plan, std::string_view key, bool outermost) const;
  Status ReadNull(JsonValue value, const FieldPlan& field, const Place& place, Message* out,
                  FieldMask* mask);
  Status ReadList(JsonValue value, const FieldPlan& field, const Place& place, Message* out);
  Status ReadMap(JsonValue value, const FieldPlan& field, const Place& place, Message* out);
  Status ReadOne(JsonValue value, const FieldPlan& field, const Place& place,
                 const FieldStore& slot, FieldMask* mask);
  Status CheckRequired(JsonValue object, const MessagePlan& plan, const Place& place,
                       bool outermost) const;
  Status CheckSize(JsonValue object, const MessagePlan& plan, const Place& place) const;

  const ReadOptions& options_;
};

// Keys are never repeated in one object, so neither are their paths.
void AddToMask(const Place& place, FieldMask* mask) {
  if (mask != nullptr) mask->add_paths(place.ProtoPath());
}

Status Unknown(const Place& place) {
  return PlaceError(place, "UNKNOWN_FIELD",
                    absl::StrCat("additional properties are not allowed: ",
                                 JsonString(Shortened(place.JsonPath(), 120)), " is unexpected"));
}

// A second member of a oneof would silently replace the first.
Status CheckOneof(const FieldPlan& field, const Place& place, JsonValue value, const Message& out) {
  const OneofDescriptor* oneof = field.field->real_containing_oneof();
  if (oneof == nullptr || !out.GetReflection()->HasOneof(out, oneof)) return absl::OkStatus();
  const FieldDescriptor* other = out.GetReflection()->GetOneofFieldDescriptor(out, oneof);
  if (other == field.field) return absl::OkStatus();
  return InvalidValue(place, value,
                      absl::StrCat("excludes ", other->name(), ", which is given too"));
}

bool TakesNull(const FieldPlan& field) {
  return field.kind == Kind::kValue && field.shape == Shape::kSingular && !field.nullable;
}

Status ObjectReader::Read(JsonValue object, const MessagePlan& plan, const Place& place,
                          bool outermost, Message* out, FieldMask* mask) {
  if (!object.is_object()) return InvalidValue(place, object, "is not of type object");
  RETURN_IF_ERROR(CheckSize(object, plan, place));
  bool spread = false;
  for (const JsonMember member : object.members()) {
    const FieldPlan* field = Lookup(plan, member.key, outermost);
    Place here{.parent = &place, .key = member.key, .field = field};
    if (field != nullptr) {
      RETURN_IF_ERROR(ReadDeclared(member.value, *field, here, out, mask));
    } else if (plan.spread() != nullptr && plan.spread()->InVersion(options_.version)) {
      RETURN_IF_ERROR(ReadSpread(member, *plan.spread(), here, out));
      spread = true;
    } else if (plan.rule().unknown() != api::IGNORE_KEYS) {
      return Unknown(here);
    }
  }
  if (spread) AddToMask(Place{.parent = &place, .field = plan.spread()}, mask);
  return CheckRequired(object, plan, place, outermost);
}

bool ObjectReader::IsExcluded(const FieldPlan& field) const {
  if (options_.excluded == nullptr) return false;
  const auto& excluded = *options_.excluded;
  return std::find(excluded.begin(), excluded.end(), field.field) != excluded.end();
}

const FieldPlan* ObjectReader::Lookup(const MessagePlan& plan, std::string_view key,
                                      bool outermost) const {
  const FieldPlan* field = plan.Find(key, options_.version);
  if (field == nullptr || !field->InBodies() || (outermost && IsExcluded(*field))) return nullptr;
  return field;
}

Status ObjectReader::ReadDeclared(JsonValue value, const FieldPlan& field, const Place& place,
                                  Message* out, FieldMask* mask) {
  if (field.read_only) {
    return PlaceError(place, "READ_ONLY_FIELD",
                      absl::StrCat("attribute ", place.JsonPath(), " is read-only"));
  }
  if (value.is_null() && !TakesNull(field)) return ReadNull(value, field, place, out, mask);
  RETURN_IF_ERROR(CheckOneof(field, place, value, *out));
  // Nested messages name their own fields, unless they are empty.
  if (field.kind != Kind::kMessage || field.shape != Shape::kSingular || value.size() == 0) {
    AddToMask(place, mask);
  }
  switch (field.shape) {
    case Shape::kRepeated:
      return ReadList(value, field, place, out);
    case Shape::kMap:
      return ReadMap(value, field, place, out);
    case Shape::kSingular:
      break;
  }
  return ReadOne(value, field, place, FieldStore(out, field.field), mask);
}

Status ObjectReader::ReadNull(JsonValue value, const FieldPlan& field, const Place& place,
                              Message* out, FieldMask* mask) {
  const bool accepted = field.nullable || field.kind == Kind::kWrapper ||
                        (options_.null_is_absent && !field.required);
  if (!accepted) return InvalidValue(place, value, "is not allowed");
  out->GetReflection()->ClearField(out, field.field);
  AddToMask(place, mask);
  return absl::OkStatus();
}

Status ObjectReader::ReadList(JsonValue value, const FieldPlan& field, const Place& place,
                              Message* out) {
  if (!value.is_array()) return InvalidValue(place, value, "is not of type array");
  const std::string complaint = JudgeCount(field.validation, value.size());
  if (!complaint.empty()) return InvalidValue(place, value, complaint);
  std::set<std::string> seen;
  size_t index = 0;
  for (const JsonValue element : value.elements()) {
    const Place here{.parent = &place, .index = index++};
    RETURN_IF_ERROR(ReadOne(element, field, here, FieldStore(out, field.field), nullptr));
    if (!field.validation.unique_items) continue;
    std::string text;
    AppendJson(element, &text);
    if (!seen.insert(std::move(text)).second) return InvalidValue(here, element, "is not unique");
  }
  return absl::OkStatus();
}

Status ObjectReader::ReadMap(JsonValue value, const FieldPlan& field, const Place& place,
                             Message* out) {
  if (!value.is_object()) return InvalidValue(place, value, "is not of type object");
  const std::string complaint = JudgeCount(field.validation, value.size());
  if (!complaint.empty()) return InvalidValue(place, value, complaint);
  for (const JsonMember member : value.members()) {
    const Place here{.parent = &place, .key = member.key};
    const std::string bad_key = JudgeKey(field.validation, member.key);
    if (!bad_key.empty()) return InvalidText(place, member.key, bad_key);
    Message* entry = AddMapEntry(out, field, member.key);
    RETURN_IF_ERROR(
        ReadOne(member.value, field, here, FieldStore(entry, field.map_value), nullptr));
  }
  return absl::OkStatus();
}

Status ObjectReader::ReadSpread(const JsonMember& member, const FieldPlan& field,
                                const Place& place, Message* out) {
  const std::string bad_key = JudgeKey(field.validation, member.key);
  if (!bad_key.empty()) return InvalidText(place, member.key, bad_key);
  if (member.value.is_null() && field.kind == Kind::kString && field.nullable) {
    return absl::OkStatus();
  }
  Message* entry = AddSpreadEntry(out, field, member.key);
  const Kind kind = field.kind == Kind::kStruct ? Kind::kValue : field.kind;
  return ReadValue(member.value, kind, field, place,
                   FieldStore(entry, entry->GetDescriptor()->map_value()));
}

Status ObjectReader::ReadOne(JsonValue value, const FieldPlan& field, const Place& place,
                             const FieldStore& slot, FieldMask* mask) {
  switch (field.kind) {
    case Kind::kMessage:
      return Read(value, *field.nested, place, false, slot.Sub(), mask);
    case Kind::kWrapper: {
      const FieldStore wrapped(slot.Sub(), field.nested->fields()[0].field);
      return ReadValue(value, field.ScalarKind(), field, place, wrapped);
    }
    default:
      return ReadValue(value, field.kind, field, place, slot);
  }
}

Status ObjectReader::CheckRequired(JsonValue object, const MessagePlan& plan, const Place& place,
                                   bool outermost) const {
  if (options_.partial) return absl::OkStatus();
  for (const FieldPlan& field : plan.fields()) {
    if (!field.required || !field.InBodies() || !field.InVersion(options_.version)) continue;
    if (outermost && IsExcluded(field)) continue;
    if (object.Find(field.name)) continue;
    const Place here{.parent = &place, .key = field.name, .field = &field};
    return PlaceError(here, "MISSING_FIELD",
                      absl::StrCat("'", here.JsonPath(), "' is a required property"));
  }
  return absl::OkStatus();
}

Status ObjectReader::CheckSize(JsonValue object, const MessagePlan& plan,
                               const Place& place) const {
  const api::MessageRule& rule = plan.rule();
  const auto size = static_cast<int64_t>(object.size());
  if (!options_.partial && size < rule.min_properties()) {
    return InvalidValue(
        place, object,
        absl::StrCat("has too few properties: at least ", rule.min_properties(), " are needed"));
  }
  if (rule.max_properties() != 0 && size > rule.max_properties()) {
    return InvalidValue(
        place, object,
        absl::StrCat("has too many properties: they may not exceed ", rule.max_properties()));
  }
  return absl::OkStatus();
}

}  // namespace

Status ReadMessage(JsonValue object, const MessagePlan& plan, const ReadOptions& options,
                   Message* out, FieldMask* mask) {
  const Place root{.key = options.path};
  return ObjectReader(options).Read(object, plan, root, true, out, mask);
}

Status ReadField(JsonValue value, const FieldPlan& field, const ReadOptions& options, Message* out,
                 FieldMask* mask) {
  const Place root{.key = options.path};
  const Place here{.parent = &root, .key = field.name, .field = &field};
  return ObjectReader(options).ReadDeclared(value, field, here, out, mask);
}

Status ReadSpreadMember(const JsonMember& member, const FieldPlan& spread,
                        const ReadOptions& options, Message* out, FieldMask* mask) {
  const Place root{.key = options.path};
  const Place here{.parent = &root, .key = member.key, .field = &spread};
  RemoveSpreadEntry(out, spread, member.key);
  if (mask != nullptr && std::find(mask->paths().begin(), mask->paths().end(),
                                   spread.field->name()) == mask->paths().end()) {
    mask->add_paths(spread.field->name());
  }
  return ObjectReader(options).ReadSpread(member, spread, here, out);
}

Status ReadText(std::string_view text, const FieldPlan& field, const ReadOptions& options,
                Message* out) {
  const Place root{.key = options.path};
  const Place here{.parent = &root, .key = field.name, .field = &field};
  if (field.shape == Shape::kMap) return InvalidText(here, text, "has no form as text");
  const FieldStore slot(out, field.field);
  if (field.kind == Kind::kMessage) return InvalidText(here, text, "has no form as text");
  if (field.kind == Kind::kWrapper) {
    const FieldStore wrapped(slot.Sub(), field.nested->fields()[0].field);
    return ReadTextValue(text, field.ScalarKind(), field, here, wrapped);
  }
  return ReadTextValue(text, field.kind, field, here, slot);
}

}  // namespace tstack::contract
