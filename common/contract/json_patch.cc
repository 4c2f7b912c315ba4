#include "common/contract/json_patch.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/contract/field_store.h"
#include "common/contract/json_builder.h"
#include "common/contract/json_text.h"
#include "common/contract/json_values.h"
#include "common/contract/place.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

using api::PatchOperation;
using google::protobuf::Message;

// Properties are few; an unlimited list would cost quadratic time.
constexpr size_t kMaxOperations = 1000;

Status Invalid(const std::string& what) {
  return Error(StatusCode::kInvalidArgument, "INVALID_PATCH", "invalid JSON patch: " + what);
}

std::optional<PatchOperation::Op> OpOf(std::string_view word) {
  if (word == "add") return PatchOperation::ADD;
  if (word == "replace") return PatchOperation::REPLACE;
  if (word == "remove") return PatchOperation::REMOVE;
  return std::nullopt;
}

// One reference token, ~1 and ~0 resolved.
StatusOr<std::string> Unescape(std::string_view token) {
  std::string text;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      text.push_back(token[i]);
      continue;
    }
    const char next = i + 1 < token.size() ? token[++i] : '\0';
    if (next != '0' && next != '1') return Invalid("a pointer has ~ without 0 or 1");
    text.push_back(next == '0' ? '~' : '/');
  }
  return text;
}

Status ReadPointer(std::string_view pointer, PatchOperation* operation) {
  if (!pointer.starts_with('/')) {
    return Invalid(
        absl::StrCat("pointer ", JsonString(Shortened(pointer, 60)), " does not begin with /"));
  }
  for (const absl::string_view token : absl::StrSplit(View(pointer.substr(1)), '/')) {
    if (token.empty()) {
      return Invalid(
          absl::StrCat("pointer ", JsonString(Shortened(pointer, 60)), " has an empty part"));
    }
    ASSIGN_OR_RETURN(*operation->add_path(), Unescape({token.data(), token.size()}));
  }
  return absl::OkStatus();
}

// What one element says, before it is judged.
struct RawOperation {
  std::string_view op;
  std::optional<JsonValue> path;
};

StatusOr<RawOperation> SplitPointerStyle(JsonValue element) {
  const std::optional<JsonValue> op = element.Find("op");
  if (!op || !op->is_string()) return Invalid("an operation has no \"op\"");
  return RawOperation{op->String(), element.Find("path")};
}

StatusOr<RawOperation> SplitLegacyStyle(JsonValue element) {
  RawOperation raw;
  for (const JsonMember member : element.members()) {
    if (!OpOf(member.key)) continue;
    if (raw.path) return Invalid("an operation has more than one of add, replace and remove");
    raw = {member.key, member.value};
  }
  if (!raw.path) return Invalid("an operation has none of add, replace and remove");
  return raw;
}

Status ReadOperation(JsonValue element, PatchStyle style, PatchOperation* out) {
  if (!element.is_object()) return Invalid("an operation is not an object");
  ASSIGN_OR_RETURN(const RawOperation raw, style == PatchStyle::kPointer
                                               ? SplitPointerStyle(element)
                                               : SplitLegacyStyle(element));
  const std::optional<PatchOperation::Op> op = OpOf(raw.op);
  if (!op) {
    return Invalid(absl::StrCat("operation ", JsonString(Shortened(raw.op, 60)),
                                " is not one of add, replace and remove"));
  }
  out->set_op(*op);
  if (!raw.path || !raw.path->is_string()) return Invalid("an operation has no pointer");
  RETURN_IF_ERROR(ReadPointer(raw.path->String(), out));
  if (*op == PatchOperation::REMOVE) return absl::OkStatus();
  const std::optional<JsonValue> value = element.Find("value");
  if (!value) return Invalid("add and replace need a \"value\"");
  if (!ToProtoValue(*value, out->mutable_value())) return Invalid("a value is beyond 2^53");
  return absl::OkStatus();
}

// Applies operations one after the other.
class Patcher {
 public:
  Patcher(const MessagePlan& plan, const ReadOptions& options, Message* out, PatchResult* result)
      : plan_(plan), options_(options), out_(out), result_(result) {}

  // `element` is the JSON of `operation`.
  Status Apply(const PatchOperation& operation, JsonValue element);

 private:
  const FieldPlan* Lookup(std::string_view name) const;
  Status ApplyNested(const PatchOperation& operation, const FieldPlan* field);
  Status Set(const std::string& name, const FieldPlan* field, JsonValue value);
  Status Remove(const std::string& name, const FieldPlan* field);
  Status CheckTarget(std::string_view name, const FieldPlan* field) const;
  void Name(const FieldPlan& field);
  void Forget(const std::string& name) { std::erase(result_->removed, name); }

  const MessagePlan& plan_;
  const ReadOptions& options_;
  Message* out_;
  PatchResult* result_;
};

const FieldPlan* Patcher::Lookup(std::string_view name) const {
  const FieldPlan* field = plan_.Find(name, options_.version);
  if (field == nullptr || !field->InBodies()) return nullptr;
  const bool excluded = options_.excluded != nullptr &&
                        std::find(options_.excluded->begin(), options_.excluded->end(),
                                  field->field) != options_.excluded->end();
  return excluded ? nullptr : field;
}

Status Patcher::Apply(const PatchOperation& operation, JsonValue element) {
  const std::string& name = operation.path(0);
  const FieldPlan* field = Lookup(name);
  RETURN_IF_ERROR(CheckTarget(name, field));
  if (operation.path_size() > 1) return ApplyNested(operation, field);
  if (operation.op() == PatchOperation::REMOVE) return Remove(name, field);
  return Set(name, field, *element.Find("value"));
}

Status Patcher::CheckTarget(std::string_view name, const FieldPlan* field) const {
  const Place root{.key = options_.path};
  const Place here{.parent = &root, .key = name, .field = field};
  if (field != nullptr && field->read_only) {
    return PlaceError(here, "READ_ONLY_FIELD",
                      absl::StrCat("attribute ", here.JsonPath(), " is read-only"));
  }
  const bool open = plan_.spread() != nullptr && plan_.spread()->InVersion(options_.version);
  if (field != nullptr || open) return absl::OkStatus();
  return PlaceError(here, "UNKNOWN_FIELD",
                    absl::StrCat("additional properties are not allowed: ",
                                 JsonString(Shortened(here.JsonPath(), 120)), " is unexpected"));
}

Status Patcher::ApplyNested(const PatchOperation& operation, const FieldPlan* field) {
  const bool container =
      field != nullptr && (field->shape != Shape::kSingular || field->kind == Kind::kMessage ||
                           field->kind == Kind::kValue || field->kind == Kind::kStruct ||
                           field->kind == Kind::kListValue);
  if (!container) {
    return Invalid(absl::StrCat(JsonString(Shortened(operation.path(0), 60)),
                                " has no parts that a pointer could name"));
  }
  Name(*field);
  return absl::OkStatus();
}

Status Patcher::Set(const std::string& name, const FieldPlan* field, JsonValue value) {
  Forget(name);
  if (field == nullptr) {
    return ReadSpreadMember({name, value}, *plan_.spread(), options_, out_, &result_->mask);
  }
  out_->GetReflection()->ClearField(out_, field->field);
  RETURN_IF_ERROR(ReadField(value, *field, options_, out_));
  Name(*field);
  return absl::OkStatus();
}

Status Patcher::Remove(const std::string& name, const FieldPlan* field) {
  if (field == nullptr) {
    RemoveSpreadEntry(out_, *plan_.spread(), name);
  } else {
    out_->GetReflection()->ClearField(out_, field->field);
    Name(*field);
  }
  Forget(name);
  result_->removed.push_back(name);
  return absl::OkStatus();
}

void Patcher::Name(const FieldPlan& field) {
  auto& paths = *result_->mask.mutable_paths();
  const std::string& name = field.field->name();
  if (std::find(paths.begin(), paths.end(), name) == paths.end()) *paths.Add() = name;
}

}  // namespace

StatusOr<api::PatchOperations> ParsePatch(JsonValue patch, PatchStyle style) {
  if (!patch.is_array()) return Invalid("it is not a list of operations");
  if (patch.size() > kMaxOperations) {
    return Invalid(absl::StrCat("it may not exceed ", kMaxOperations, " operations"));
  }
  api::PatchOperations operations;
  for (const JsonValue element : patch.elements()) {
    RETURN_IF_ERROR(ReadOperation(element, style, operations.add_operations()));
  }
  return operations;
}

StatusOr<PatchResult> ReadPatch(JsonValue patch, PatchStyle style, const MessagePlan& plan,
                                const ReadOptions& options, Message* out) {
  PatchResult result;
  ASSIGN_OR_RETURN(result.operations, ParsePatch(patch, style));
  Patcher patcher(plan, options, out, &result);
  int index = 0;
  for (const JsonValue element : patch.elements()) {
    RETURN_IF_ERROR(patcher.Apply(result.operations.operations(index++), element));
  }
  return result;
}

}  // namespace tstack::contract
