// The right-hand side of a check, "%(target.project.id)s": text with named holes that the target
// fills.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/policy.h"
#include "common/status/status.h"

namespace tstack::policy {

// Immutable, thread-safe.
class Pattern {
 public:
  // Understands what Python's % operator does with a mapping as far as rules use it: "%(name)s" and
  // "%%". kInvalidArgument for any other use of '%'.
  static StatusOr<Pattern> Parse(std::string_view text);

  // The text with all holes filled; nullopt if the target lacks a name. The view is valid as long
  // as the pattern, the target and `scratch` are unchanged.
  std::optional<std::string_view> Fill(const Target& target, std::string& scratch) const;

 private:
  struct Part {
    bool is_hole = false;
    std::string text;  // the literal, or the hole's name
  };
  std::vector<Part> parts_;  // no two literals in a row
};

}  // namespace tstack::policy
