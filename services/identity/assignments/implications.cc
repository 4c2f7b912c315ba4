#include "services/identity/assignments/implications.h"

#include "absl/container/flat_hash_set.h"

namespace tstack::identity::assignments {

Implications::Implications(const std::vector<roles::Implication>& rules) {
  for (const roles::Implication& rule : rules) implied_[rule.prior.id()].push_back(rule.implied);
}

std::vector<Implications::Implied> Implications::Of(const std::string& role_id) const {
  std::vector<Implied> found;
  absl::flat_hash_set<std::string> seen = {role_id};
  std::string prior = role_id;
  // Breadth first: `found` is the queue.
  for (size_t next = 0;; ++next) {
    const auto rules = implied_.find(prior);
    if (rules != implied_.end()) {
      for (const v1::RoleReference& role : rules->second) {
        if (seen.insert(role.id()).second) found.push_back({role, prior});
      }
    }
    if (next >= found.size()) return found;
    prior = found[next].role.id();
  }
}

}  // namespace tstack::identity::assignments
