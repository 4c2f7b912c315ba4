// The limits of a field, compiled. Judges values that already have the right type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/status.h"
#include "tstack/api/annotations.pb.h"

namespace re2 {
class RE2;
}

namespace tstack::contract {

struct Validation {
  int min_length = 0;  // characters; 0 = no limit
  int max_length = 0;
  std::shared_ptr<const re2::RE2> pattern;  // whole value; null = none
  std::optional<int64_t> min;
  std::optional<int64_t> max;
  std::vector<std::string> one_of;  // empty: anything
  api::Format format = api::ANY;
  int min_items = 0;
  int max_items = 0;  // 0 = no limit
  bool unique_items = false;
  int max_key_length = 0;
  std::shared_ptr<const re2::RE2> key_pattern;
};

// Each returns the complaint ("is longer than 255 characters"), or "" if the value is fine. It
// never repeats the value.
std::string JudgeString(const Validation& limits, std::string_view value);
std::string JudgeInt(const Validation& limits, int64_t value);
std::string JudgeUint(const Validation& limits, uint64_t value);
std::string JudgeDouble(const Validation& limits, double value);
std::string JudgeCount(const Validation& limits, size_t count);  // of list elements or map entries
std::string JudgeKey(const Validation& limits, std::string_view key);

// Whether `text` is spelled as the format wants it; ANY takes everything.
bool HasFormat(api::Format format, std::string_view text);

}  // namespace tstack::contract
