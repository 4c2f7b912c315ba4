#include "common/contract/validation.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/contract/utf8.h"

namespace tstack::contract {
namespace {

bool Matches(const re2::RE2& pattern, std::string_view text) {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

// "nova" keeps the fragments "is too long" and "is too short" of jsonschema: clients look for them.
std::string JudgeLength(const Validation& limits, std::string_view value) {
  if (limits.min_length == 0 && limits.max_length == 0) return "";
  const auto length = static_cast<int64_t>(CountCharacters(value));
  if (length < limits.min_length) {
    return absl::StrCat("is too short: at least ", limits.min_length, " characters are needed");
  }
  if (limits.max_length != 0 && length > limits.max_length) {
    return absl::StrCat("is too long: it may not exceed ", limits.max_length, " characters");
  }
  return "";
}

template <typename Number>
std::string JudgeNumber(const Validation& limits, Number value) {
  if (limits.min && std::cmp_less(value, *limits.min)) {
    return absl::StrCat("is less than the minimum of ", *limits.min);
  }
  if (limits.max && std::cmp_greater(value, *limits.max)) {
    return absl::StrCat("exceeds the maximum of ", *limits.max);
  }
  return "";
}

}  // namespace

std::string JudgeString(const Validation& limits, std::string_view value) {
  if (value.find('\0') != std::string_view::npos) return "contains a NUL character";
  std::string complaint = JudgeLength(limits, value);
  if (!complaint.empty()) return complaint;
  const auto& allowed = limits.one_of;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    return "is not one of " + absl::StrJoin(allowed, ", ");
  }
  if (limits.pattern != nullptr && !Matches(*limits.pattern, value)) {
    return "does not match " + limits.pattern->pattern();
  }
  if (!HasFormat(limits.format, value)) return "is not a valid " + api::Format_Name(limits.format);
  return "";
}

std::string JudgeInt(const Validation& limits, int64_t value) { return JudgeNumber(limits, value); }

std::string JudgeUint(const Validation& limits, uint64_t value) {
  return JudgeNumber(limits, value);
}

std::string JudgeDouble(const Validation& limits, double value) {
  if (limits.min && value < static_cast<double>(*limits.min)) {
    return absl::StrCat("is less than the minimum of ", *limits.min);
  }
  if (limits.max && value > static_cast<double>(*limits.max)) {
    return absl::StrCat("exceeds the maximum of ", *limits.max);
  }
  return "";
}

std::string JudgeCount(const Validation& limits, size_t count) {
  if (std::cmp_less(count, limits.min_items)) {
    return absl::StrCat("is too short: at least ", limits.min_items, " entries are needed");
  }
  if (limits.max_items != 0 && std::cmp_greater(count, limits.max_items)) {
    return absl::StrCat("is too long: it may not exceed ", limits.max_items, " entries");
  }
  return "";
}

std::string JudgeKey(const Validation& limits, std::string_view key) {
  if (key.find('\0') != std::string_view::npos) return "contains a NUL character";
  if (limits.max_key_length != 0 && std::cmp_greater(CountCharacters(key), limits.max_key_length)) {
    return absl::StrCat("is too long: a key may not exceed ", limits.max_key_length, " characters");
  }
  if (limits.key_pattern != nullptr && !Matches(*limits.key_pattern, key)) {
    return "is a key that does not match " + limits.key_pattern->pattern();
  }
  return "";
}

}  // namespace tstack::contract
