// All rules of a service, linked: what the engine evaluates and replaces as a whole when the policy
// file changes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "common/policy/expression.h"
#include "common/policy/policy.h"
#include "common/status/status.h"
#include "tstack/common/v1/context.pb.h"

namespace tstack::policy {

// A rule before linking.
struct RuleText {
  std::string name;
  std::string check;
  // oslo's old form, an "or" of "and"s: [["role:admin"], ["role:member",
  // "project_id:%(project_id)s"]]. Used instead of `check` if `is_list`.
  std::vector<std::vector<std::string>> list;
  bool is_list = false;
};

// Immutable, thread-safe.
class RuleSet {
 public:
  // Later rules replace earlier ones of the same name. kInvalidArgument, reason POLICY_SYNTAX, with
  // one line for each mistake: bad text, reference to an unknown rule, rules that refer to
  // themselves.
  static StatusOr<std::shared_ptr<const RuleSet>> Link(const std::vector<RuleText>& rules);

  // False for an unknown rule.
  bool Allows(std::string_view rule, const common::v1::AuthContext& auth,
              const Target& target) const;

  bool Contains(std::string_view rule) const { return Find(rule) >= 0; }
  // Whether another rule refers to it.
  bool IsReferenced(std::string_view rule) const;
  // Names of attributes that rules ask for and no caller has: such checks deny.
  const std::vector<std::string>& unknown_attributes() const { return unknown_attributes_; }

 private:
  class Linker;

  int Find(std::string_view rule) const;
  bool Holds(const Expression& node, const common::v1::AuthContext& auth,
             const Target& target) const;

  absl::flat_hash_map<std::string, int> index_;
  std::vector<Expression> roots_;  // by index
  std::vector<bool> referenced_;   // by index
  std::vector<std::string> unknown_attributes_;
};

}  // namespace tstack::policy
