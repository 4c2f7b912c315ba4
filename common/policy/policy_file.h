// policy.yaml: what an operator overrides. Watched by its identity on disk, so that an atomic
// rename is seen at once.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "common/policy/rule_set.h"
#include "common/status/status.h"

namespace tstack::policy {

// What tells one version of a file from another without reading it; all zero: there is no file.
struct FileStamp {
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t modified_ns = 0;
  auto operator<=>(const FileStamp&) const = default;
  bool exists() const { return inode != 0; }
};

FileStamp StampOf(const std::string& path);

// The rules in the file's order. A text value is the rule, a sequence is oslo's old list form,
// empty means "always". kInvalidArgument, reason POLICY_SYNTAX, naming line and column of what is
// no rule, or of a name that occurs twice; kUnavailable if the file cannot be read.
StatusOr<std::vector<RuleText>> ReadPolicyFile(const std::string& path);

}  // namespace tstack::policy
