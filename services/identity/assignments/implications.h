// Which roles a role brings with it.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/identity/roles/role_store.h"
#include "tstack/identity/v1/roles.pb.h"

namespace tstack::identity::assignments {

// The rules of `implied_role`, small enough to hold in memory. Cycles are harmless.
class Implications {
 public:
  explicit Implications(const std::vector<roles::Implication>& rules);

  // One role that another brings: `by` is the role that names it directly.
  struct Implied {
    v1::RoleReference role;
    std::string by;
  };
  // Everything that `role_id` brings, without itself, each once, nearest first.
  std::vector<Implied> Of(const std::string& role_id) const;

 private:
  absl::flat_hash_map<std::string, std::vector<v1::RoleReference>> implied_;
};

}  // namespace tstack::identity::assignments
