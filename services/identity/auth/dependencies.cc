#include "services/identity/auth/dependencies.h"

#include <algorithm>
#include <utility>

namespace tstack::identity::auth {
namespace {

using Kind = tokens::Scope::Kind;

class Dependencies {
 public:
  void Add(v1::DependencyKind kind, const std::string& id) {
    const bool known = std::any_of(list_.begin(), list_.end(), [&](const v1::Dependency& one) {
      return one.kind() == kind && one.id() == id;
    });
    if (known || id.empty()) return;
    list_.emplace_back().set_kind(kind);
    list_.back().set_id(id);
  }
  std::vector<v1::Dependency> Take() { return std::move(list_); }

 private:
  std::vector<v1::Dependency> list_;
};

}  // namespace

std::vector<v1::Dependency> DependenciesOf(const Bearer& bearer,
                                           const std::vector<std::string>& audit_ids) {
  Dependencies all;
  for (const std::string& audit_id : audit_ids) all.Add(v1::TOKEN, audit_id);
  all.Add(v1::USER, bearer.user_id);
  all.Add(v1::DOMAIN, bearer.user_domain.id);
  if (bearer.scope.kind == Kind::kUnscoped) return all.Take();
  if (bearer.scope.kind == Kind::kProject) {
    all.Add(v1::PROJECT, bearer.scope.id);
    all.Add(v1::DOMAIN, bearer.scope_domain.id);
  }
  if (bearer.scope.kind == Kind::kDomain) all.Add(v1::DOMAIN, bearer.scope.id);
  all.Add(v1::ASSIGNMENT, bearer.user_id);
  for (const v1::TokenRole& role : bearer.roles) all.Add(v1::ROLE, role.id());
  return all.Take();
}

}  // namespace tstack::identity::auth
