#include "common/config/scalar.h"

#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

namespace tstack::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

Status Expected(std::string_view what, const std::string& text) {
  return Error(StatusCode::kInvalidArgument, "CONFIG_VALUE",
               absl::StrCat("expected ", std::string(what), ", found \"", text, "\""));
}

Status CheckLimits(const FieldDescriptor& field, int64_t value, const std::string& text) {
  const v1::Setting& setting = SettingOf(field);
  const bool low = setting.has_min() && value < setting.min();
  const bool high = setting.has_max() && value > setting.max();
  if (!low && !high) return absl::OkStatus();
  const char* unit = IsDuration(field) ? " ms" : setting.size() ? " bytes" : "";
  return Error(StatusCode::kInvalidArgument, "CONFIG_VALUE",
               absl::StrCat(text, " is ", low ? "below the least " : "above the greatest ",
                            "value ", low ? setting.min() : setting.max(), unit));
}

struct Unit {
  const char* suffix;
  int64_t factor;
};
constexpr Unit kUnits[] = {
    {"kib", 1LL << 10}, {"mib", 1LL << 20}, {"gib", 1LL << 30},    {"tib", 1LL << 40}, {"kb", 1000},
    {"mb", 1000000},    {"gb", 1000000000}, {"tb", 1000000000000}, {"b", 1},
};

// "64KiB" -> 65536; false if it is no size or too large.
bool ParseSize(const std::string& text, int64_t* out) {
  std::string lower = absl::AsciiStrToLower(text);
  for (const Unit& unit : kUnits) {
    const std::string suffix = unit.suffix;
    if (!lower.ends_with(suffix)) continue;
    lower.resize(lower.size() - suffix.size());
    int64_t count = 0;
    if (!absl::SimpleAtoi(lower, &count)) return false;
    return !__builtin_mul_overflow(count, unit.factor, out);
  }
  return absl::SimpleAtoi(lower, out);
}

template <typename T>
StatusOr<T> ParseInteger(const FieldDescriptor& field, const std::string& text) {
  int64_t value = 0;
  const bool size = SettingOf(field).size();
  if (!(size ? ParseSize(text, &value) : absl::SimpleAtoi(text, &value))) {
    return Expected(size ? "a size such as 64KiB" : "an integer", text);
  }
  if (value < static_cast<int64_t>(std::numeric_limits<T>::min()) ||
      (sizeof(T) < 8 && value > static_cast<int64_t>(std::numeric_limits<T>::max()))) {
    return Expected("an integer that fits its type", text);
  }
  RETURN_IF_ERROR(CheckLimits(field, value, text));
  return static_cast<T>(value);
}

StatusOr<bool> ParseBool(const std::string& text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  return Expected("true or false", text);
}

StatusOr<double> ParseDouble(const FieldDescriptor& field, const std::string& text) {
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) return Expected("a number", text);
  RETURN_IF_ERROR(CheckLimits(field, static_cast<int64_t>(value), text));
  return value;
}

StatusOr<google::protobuf::Duration> ParseDuration(const FieldDescriptor& field,
                                                   const std::string& text) {
  absl::Duration value;
  if (!absl::ParseDuration(text, &value) || value == absl::InfiniteDuration() ||
      value == -absl::InfiniteDuration()) {
    return Expected("a duration such as 10s, 500ms or 1h30m", text);
  }
  RETURN_IF_ERROR(CheckLimits(field, absl::ToInt64Milliseconds(value), text));
  google::protobuf::Duration duration;
  duration.set_seconds(absl::IDivDuration(value, absl::Seconds(1), &value));
  duration.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(value)));
  return duration;
}

StatusOr<std::string> CheckText(const FieldDescriptor& field, const std::string& text) {
  const v1::Setting& setting = SettingOf(field);
  if (setting.secret() && !text.empty() && !text.starts_with("file:")) {
    // The text may be the secret itself: it is not repeated.
    return Error(StatusCode::kInvalidArgument, "CONFIG_VALUE",
                 "expected a reference to a file with the secret, \"file:/path\"");
  }
  if (setting.one_of().empty()) return text;
  for (const std::string& known : setting.one_of()) {
    if (known == text) return text;
  }
  return Expected(absl::StrCat("one of ", absl::StrJoin(setting.one_of(), ", ")), text);
}

StatusOr<int> ParseEnum(const FieldDescriptor& field, const std::string& text) {
  std::vector<std::string> names;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    const auto& value = *field.enum_type()->value(i);
    if (absl::AsciiStrToLower(value.name()) == absl::AsciiStrToLower(text)) return value.number();
    names.push_back(value.name());
  }
  return Expected(absl::StrCat("one of ", absl::StrJoin(names, ", ")), text);
}

// Parses with `expr`, then sets or adds with the reflection method of that suffix.
#define TSTACK_STORE_(Suffix, expr)                                 \
  do {                                                              \
    auto parsed = (expr);                                           \
    if (!parsed.ok()) return parsed.status();                       \
    if (field.is_repeated()) {                                      \
      reflection.Add##Suffix(&message, &field, *std::move(parsed)); \
    } else {                                                        \
      reflection.Set##Suffix(&message, &field, *std::move(parsed)); \
    }                                                               \
    return absl::OkStatus();                                        \
  } while (false)

Status SetDuration(Message& message, const FieldDescriptor& field, const std::string& text) {
  const auto& reflection = *message.GetReflection();
  ASSIGN_OR_RETURN(auto duration, ParseDuration(field, text));
  Message* target = field.is_repeated() ? reflection.AddMessage(&message, &field)
                                        : reflection.MutableMessage(&message, &field);
  target->CopyFrom(duration);
  return absl::OkStatus();
}

std::string DurationText(const Message& message) {
  const auto& duration = static_cast<const google::protobuf::Duration&>(message);
  return absl::FormatDuration(absl::Seconds(duration.seconds()) +
                              absl::Nanoseconds(duration.nanos()));
}

std::string BaseTypeName(const FieldDescriptor& field) {
  if (IsDuration(field)) return "duration";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return SettingOf(field).secret() ? "file: reference" : "text";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "word";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "number";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "section";
    default:
      return SettingOf(field).size() ? "size" : "integer";
  }
}

}  // namespace

const v1::Setting& SettingOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::setting);
}

bool IsDuration(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() == "google.protobuf.Duration";
}

bool IsSection(const FieldDescriptor& field) {
  return field.message_type() != nullptr && !field.is_map() && !IsDuration(field);
}

std::string TypeName(const FieldDescriptor& field) {
  if (field.is_map()) {
    const FieldDescriptor& value = *field.message_type()->map_value();
    return absl::StrCat("map of names to ", BaseTypeName(value), "s");
  }
  return field.is_repeated() ? absl::StrCat("list of ", BaseTypeName(field)) : BaseTypeName(field);
}

Status SetScalar(Message& message, const FieldDescriptor& field, const std::string& text) {
  const auto& reflection = *message.GetReflection();
  if (IsDuration(field)) return SetDuration(message, field, text);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      TSTACK_STORE_(String, CheckText(field, text));
    case FieldDescriptor::CPPTYPE_BOOL:
      TSTACK_STORE_(Bool, ParseBool(text));
    case FieldDescriptor::CPPTYPE_INT32:
      TSTACK_STORE_(Int32, ParseInteger<int32_t>(field, text));
    case FieldDescriptor::CPPTYPE_INT64:
      TSTACK_STORE_(Int64, ParseInteger<int64_t>(field, text));
    case FieldDescriptor::CPPTYPE_UINT32:
      TSTACK_STORE_(UInt32, ParseInteger<uint32_t>(field, text));
    case FieldDescriptor::CPPTYPE_UINT64:
      TSTACK_STORE_(UInt64, ParseInteger<uint64_t>(field, text));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      TSTACK_STORE_(Double, ParseDouble(field, text));
    case FieldDescriptor::CPPTYPE_FLOAT:
      TSTACK_STORE_(Float, ParseDouble(field, text));
    case FieldDescriptor::CPPTYPE_ENUM:
      TSTACK_STORE_(EnumValue, ParseEnum(field, text));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return Expected("a section", text);
}

std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  const auto& r = *message.GetReflection();
  const bool many = field.is_repeated();
  const auto* f = &field;
  if (IsDuration(field)) {
    return DurationText(many ? r.GetRepeatedMessage(message, f, index) : r.GetMessage(message, f));
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? r.GetRepeatedString(message, f, index) : r.GetString(message, f);
    case FieldDescriptor::CPPTYPE_BOOL:
      return (many ? r.GetRepeatedBool(message, f, index) : r.GetBool(message, f)) ? "true"
                                                                                   : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(many ? r.GetRepeatedInt32(message, f, index) : r.GetInt32(message, f));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(many ? r.GetRepeatedInt64(message, f, index) : r.GetInt64(message, f));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(many ? r.GetRepeatedUInt32(message, f, index) : r.GetUInt32(message, f));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(many ? r.GetRepeatedUInt64(message, f, index) : r.GetUInt64(message, f));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(many ? r.GetRepeatedDouble(message, f, index) : r.GetDouble(message, f));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return absl::StrCat(many ? r.GetRepeatedFloat(message, f, index) : r.GetFloat(message, f));
    case FieldDescriptor::CPPTYPE_ENUM:
      return (many ? r.GetRepeatedEnum(message, f, index) : r.GetEnum(message, f))->name();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return "";
}

}  // namespace tstack::config
