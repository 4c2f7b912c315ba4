#include "common/contract/value_reader.h"

#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/field_mask.pb.h"

#include "common/contract/json_values.h"
#include "common/contract/scalar_text.h"
#include "common/contract/timestamps.h"
#include "common/contract/utf8.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

// Why a value does not fit; "" if it was stored. Places and values are added by the caller.
using Complaint = std::string;

template <typename Narrow>
bool FitsIn(int64_t value) {
  return value >= std::numeric_limits<Narrow>::min() && value <= std::numeric_limits<Narrow>::max();
}

Complaint StoreInt(int64_t value, Kind kind, const FieldPlan& field, const FieldStore& slot) {
  if (kind == Kind::kInt32 && !FitsIn<int32_t>(value)) return "is out of range";
  Complaint complaint = JudgeInt(field.validation, value);
  if (complaint.empty()) slot.Int(value);
  return complaint;
}

Complaint StoreUint(uint64_t value, Kind kind, const FieldPlan& field, const FieldStore& slot) {
  if (kind == Kind::kUint32 && value > std::numeric_limits<uint32_t>::max())
    return "is out of range";
  Complaint complaint = JudgeUint(field.validation, value);
  if (complaint.empty()) slot.Uint(value);
  return complaint;
}

Complaint StoreDouble(double value, const FieldPlan& field, const FieldStore& slot) {
  if (slot.IsFloat() && std::fabs(value) > std::numeric_limits<float>::max()) {
    return "is out of range";
  }
  Complaint complaint = JudgeDouble(field.validation, value);
  if (complaint.empty()) slot.Double(value);
  return complaint;
}

Complaint StoreString(std::string_view value, const FieldPlan& field, const FieldStore& slot) {
  Complaint complaint = JudgeString(field.validation, value);
  if (complaint.empty()) slot.String(std::string(value));
  return complaint;
}

// Lengths count decoded bytes.
Complaint StoreBytes(std::string_view value, const FieldPlan& field, const FieldStore& slot) {
  std::string bytes;
  if (!absl::Base64Unescape(View(value), &bytes)) return "is not valid base64";
  const Validation& limits = field.validation;
  if (std::cmp_less(bytes.size(), limits.min_length)) return "is too short";
  if (limits.max_length != 0 && std::cmp_greater(bytes.size(), limits.max_length)) {
    return "is too long: it may not exceed " + std::to_string(limits.max_length) + " bytes";
  }
  slot.String(std::move(bytes));
  return "";
}

Complaint StoreEnum(std::string_view value, const FieldPlan& field, const FieldStore& slot) {
  const auto found = field.enumeration->numbers.find(View(value));
  if (found == field.enumeration->numbers.end()) {
    return "is not one of " + absl::StrJoin(field.enumeration->names, ", ");
  }
  slot.Enum(found->second);
  return "";
}

Complaint StoreTimestamp(std::string_view value, const FieldStore& slot) {
  const std::optional<google::protobuf::Timestamp> time = ParseTimestamp(value);
  if (!time) return "is not a time in ISO 8601";
  slot.Copy(*time);
  return "";
}

Complaint StoreFieldMask(std::string_view value, const FieldStore& slot) {
  google::protobuf::FieldMask mask;
  for (const absl::string_view path : absl::StrSplit(View(value), ',', absl::SkipEmpty())) {
    mask.add_paths(std::string(path));
  }
  slot.Copy(mask);
  return "";
}

bool IsSigned(Kind kind) { return kind == Kind::kInt32 || kind == Kind::kInt64; }

Complaint StoreIntegerText(std::string_view text, Kind kind, const FieldPlan& field,
                           const FieldStore& slot) {
  if (IsSigned(kind)) {
    const std::optional<int64_t> number = ParseInt(text);
    return number ? StoreInt(*number, kind, field, slot) : "is not an integer";
  }
  const std::optional<uint64_t> number = ParseUint(text);
  return number ? StoreUint(*number, kind, field, slot) : "is not a non-negative integer";
}

Complaint StoreIntegerJson(JsonValue value, Kind kind, const FieldPlan& field,
                           const FieldStore& slot) {
  const bool loose = field.lenient || field.as_string;
  if (value.is_string() && loose) return StoreIntegerText(value.String(), kind, field, slot);
  if (value.kind() == JsonKind::kInt64 && IsSigned(kind)) {
    return StoreInt(value.Int64(), kind, field, slot);
  }
  if (value.kind() == JsonKind::kInt64 && value.Int64() < 0) return "is negative";
  if (value.kind() != JsonKind::kInt64 && value.kind() != JsonKind::kUint64) {
    return "is not of type integer";
  }
  return IsSigned(kind) ? "is out of range" : StoreUint(value.Uint64(), kind, field, slot);
}

Complaint StoreDoubleJson(JsonValue value, const FieldPlan& field, const FieldStore& slot) {
  if (value.is_string() && field.lenient) {
    const std::optional<double> number = ParseDouble(value.String());
    return number ? StoreDouble(*number, field, slot) : "is not a number";
  }
  const JsonKind kind = value.kind();
  const bool number =
      kind == JsonKind::kDouble || kind == JsonKind::kInt64 || kind == JsonKind::kUint64;
  return number ? StoreDouble(value.Double(), field, slot) : "is not of type number";
}

std::optional<bool> LenientBool(JsonValue value) {
  if (value.is_string()) return ParseListedBool(value.String());
  const bool bit = value.kind() == JsonKind::kInt64 && (value.Int64() == 0 || value.Int64() == 1);
  return bit ? std::optional(value.Int64() == 1) : std::nullopt;
}

Complaint StoreBoolJson(JsonValue value, const FieldPlan& field, const FieldStore& slot) {
  std::optional<bool> result;
  if (value.kind() == JsonKind::kBool) {
    result = value.Bool();
  } else if (field.lenient || field.as_string) {
    result = LenientBool(value);
  }
  if (!result) return "is not of type boolean";
  slot.Bool(*result);
  return "";
}

Complaint StoreOpenJson(JsonValue value, Kind kind, const FieldPlan& field,
                        const FieldStore& slot) {
  google::protobuf::Value copy;
  if (kind == Kind::kStruct && !value.is_object()) return "is not of type object";
  if (kind == Kind::kListValue && !value.is_array()) return "is not of type array";
  if (!ToProtoValue(value, &copy)) return "contains an integer beyond 2^53";
  if (kind != Kind::kValue) {
    Complaint complaint = JudgeCount(field.validation, value.size());
    if (!complaint.empty()) return complaint;
  }
  if (kind == Kind::kStruct) {
    slot.Copy(copy.struct_value());
  } else if (kind == Kind::kListValue) {
    slot.Copy(copy.list_value());
  } else {
    slot.Copy(copy);
  }
  return "";
}

Complaint StoreEmpty(JsonValue value, const FieldStore& slot) {
  if (!value.is_object()) return "is not of type object";
  if (value.size() != 0) return "is not an empty object";
  slot.Sub();
  return "";
}

// Kinds whose JSON form is a string.
Complaint StoreStringLike(std::string_view text, Kind kind, const FieldPlan& field,
                          const FieldStore& slot) {
  switch (kind) {
    case Kind::kString:
      return StoreString(text, field, slot);
    case Kind::kBytes:
      return StoreBytes(text, field, slot);
    case Kind::kEnum:
      return StoreEnum(text, field, slot);
    case Kind::kTimestamp:
      return StoreTimestamp(text, slot);
    case Kind::kFieldMask:
      return StoreFieldMask(text, slot);
    default:
      return "has no form as text";
  }
}

Complaint StoreJson(JsonValue value, Kind kind, const FieldPlan& field, const FieldStore& slot) {
  switch (kind) {
    case Kind::kBool:
      return StoreBoolJson(value, field, slot);
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint32:
    case Kind::kUint64:
      return StoreIntegerJson(value, kind, field, slot);
    case Kind::kDouble:
      return StoreDoubleJson(value, field, slot);
    case Kind::kValue:
    case Kind::kStruct:
    case Kind::kListValue:
      return StoreOpenJson(value, kind, field, slot);
    case Kind::kEmpty:
      return StoreEmpty(value, slot);
    default:
      if (!value.is_string()) return "is not of type string";
      return StoreStringLike(value.String(), kind, field, slot);
  }
}

Complaint StoreText(std::string_view text, Kind kind, const FieldPlan& field,
                    const FieldStore& slot) {
  switch (kind) {
    case Kind::kBool: {
      const std::optional<bool> value = ParseLooseBool(text);
      if (value) slot.Bool(*value);
      return value ? "" : "is not a boolean";
    }
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint32:
    case Kind::kUint64:
      return StoreIntegerText(text, kind, field, slot);
    case Kind::kDouble: {
      const std::optional<double> value = ParseDouble(text);
      return value ? StoreDouble(*value, field, slot) : "is not a number";
    }
    default:
      return StoreStringLike(text, kind, field, slot);
  }
}

}  // namespace

Status ReadValue(JsonValue value, Kind kind, const FieldPlan& field, const Place& place,
                 const FieldStore& slot) {
  const Complaint complaint = StoreJson(value, kind, field, slot);
  return complaint.empty() ? absl::OkStatus() : InvalidValue(place, value, complaint);
}

Status ReadTextValue(std::string_view text, Kind kind, const FieldPlan& field, const Place& place,
                     const FieldStore& slot) {
  const Complaint complaint =
      IsValidUtf8(text) ? StoreText(text, kind, field, slot) : "is not valid UTF-8";
  return complaint.empty() ? absl::OkStatus() : InvalidText(place, text, complaint);
}

}  // namespace tstack::contract
