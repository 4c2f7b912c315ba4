#include "common/policy/pattern.h"

#include <utility>

namespace tstack::policy {
namespace {

Status Bad(std::string_view message) {
  return Error(StatusCode::kInvalidArgument, "POLICY_SYNTAX", message);
}

}  // namespace

StatusOr<Pattern> Pattern::Parse(std::string_view text) {
  Pattern pattern;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) pattern.parts_.push_back({false, std::exchange(literal, {})});
  };
  while (!text.empty()) {
    if (text[0] != '%') {
      literal += text[0];
      text.remove_prefix(1);
    } else if (text.substr(0, 2) == "%%") {
      literal += '%';
      text.remove_prefix(2);
    } else {
      const size_t end = text.find(')');
      if (text.substr(0, 2) != "%(" || end == std::string_view::npos) {
        return Bad("'%' must be written '%%' or start a hole like %(name)s");
      }
      if (text.substr(end + 1, 1) != "s") return Bad("a hole must end with ')s'");
      flush();
      pattern.parts_.push_back({true, std::string(text.substr(2, end - 2))});
      text.remove_prefix(end + 2);
    }
  }
  flush();
  return pattern;
}

std::optional<std::string_view> Pattern::Fill(const Target& target, std::string& scratch) const {
  const auto value = [&](const Part& part) -> std::optional<std::string_view> {
    if (!part.is_hole) return part.text;
    const auto found = target.find(part.text);
    if (found == target.end()) return std::nullopt;
    return found->second;
  };
  if (parts_.empty()) return std::string_view();
  if (parts_.size() == 1) return value(parts_[0]);
  scratch.clear();
  for (const Part& part : parts_) {
    const auto text = value(part);
    if (!text) return std::nullopt;
    scratch += *text;
  }
  return scratch;
}

}  // namespace tstack::policy
