#include "common/context/call_context.h"

#include "absl/strings/str_cat.h"

namespace tstack {
namespace {

std::optional<int> ParsePart(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  int value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string ApiVersion::ToString() const { return absl::StrCat(major, ".", minor); }

std::optional<ApiVersion> ApiVersion::Parse(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto major = ParsePart(text.substr(0, dot));
  const auto minor = ParsePart(text.substr(dot + 1));
  if (!major || !minor) return std::nullopt;
  return ApiVersion{*major, *minor};
}

}  // namespace tstack
