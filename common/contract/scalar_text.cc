#include "common/contract/scalar_text.h"

#include <charconv>
#include <cmath>
#include <string>

#include "absl/strings/ascii.h"

#include "common/contract/view.h"

namespace tstack::contract {
namespace {

std::optional<bool> BoolOfLowerCase(std::string_view text) {
  for (std::string_view word : {"true", "t", "on", "yes", "y", "1"}) {
    if (text == word) return true;
  }
  for (std::string_view word : {"false", "f", "off", "no", "n", "0"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

// "true", "TRUE", "True", but not "tRue"; one letter only in lower case.
bool IsListedCase(std::string_view text, std::string_view lower) {
  if (text == lower) return true;
  if (text.size() < 2) return false;
  const std::string upper = absl::AsciiStrToUpper(View(lower));
  return text == upper || (text[0] == upper[0] && text.substr(1) == lower.substr(1));
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<bool> ParseListedBool(std::string_view text) {
  if (text.size() > 5) return std::nullopt;
  const std::string lower = absl::AsciiStrToLower(View(text));
  return IsListedCase(text, lower) ? BoolOfLowerCase(lower) : std::nullopt;
}

std::optional<bool> ParseLooseBool(std::string_view text) {
  return BoolOfLowerCase(absl::AsciiStrToLower(absl::StripAsciiWhitespace(View(text))));
}

std::optional<int64_t> ParseInt(std::string_view text) { return ParseNumber<int64_t>(text); }
std::optional<uint64_t> ParseUint(std::string_view text) { return ParseNumber<uint64_t>(text); }

std::optional<double> ParseDouble(std::string_view text) {
  const std::optional<double> value = ParseNumber<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace tstack::contract
