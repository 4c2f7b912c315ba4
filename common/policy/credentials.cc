#include "common/policy/credentials.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"

namespace tstack::policy {
namespace {

using common::v1::AuthContext;
using Values = std::vector<std::string_view>;
using Member = const std::string& (AuthContext::*)() const;

// oslo formats absent credentials with str(), so rules may and do compare with the word None.
template <Member member>
Values Plain(const AuthContext& auth) {
  const std::string& value = (auth.*member)();
  return {value.empty() ? std::string_view("None") : std::string_view(value)};
}

template <Member member>
Values Token(const AuthContext& auth) {
  const std::string& value = (auth.*member)();
  if (value.empty()) return {};
  return {value};
}

Values Roles(const AuthContext& auth) { return Values(auth.roles().begin(), auth.roles().end()); }

Values RoleIds(const AuthContext& auth) {
  return Values(auth.role_ids().begin(), auth.role_ids().end());
}

Values ServiceRoles(const AuthContext& auth) {
  return Values(auth.service_roles().begin(), auth.service_roles().end());
}

Values IsAdmin(const AuthContext& auth) { return {HasRole(auth, "admin") ? "True" : "False"}; }

// Every project counts as the admin project, as in an installation that names none.
Values IsAdminProject(const AuthContext&) { return {"True"}; }

const absl::flat_hash_map<std::string, Attribute>& Attributes() {
  static const auto* const kAttributes = new absl::flat_hash_map<std::string, Attribute>{
      {"user_id", Plain<&AuthContext::user_id>},
      {"user", Plain<&AuthContext::user_id>},
      {"user_domain_id", Plain<&AuthContext::user_domain_id>},
      {"user_domain", Plain<&AuthContext::user_domain_id>},
      {"project_id", Plain<&AuthContext::project_id>},
      {"tenant_id", Plain<&AuthContext::project_id>},
      {"tenant", Plain<&AuthContext::project_id>},
      {"project_domain_id", Plain<&AuthContext::project_domain_id>},
      {"project_domain", Plain<&AuthContext::project_domain_id>},
      {"domain_id", Plain<&AuthContext::domain_id>},
      {"domain", Plain<&AuthContext::domain_id>},
      {"system_scope", Plain<&AuthContext::system>},
      {"system", Token<&AuthContext::system>},
      {"roles", Roles},
      {"is_admin", IsAdmin},
      {"is_admin_project", IsAdminProject},
      {"service_user_id", Plain<&AuthContext::service_user_id>},
      {"service_roles", ServiceRoles},
      {"token.user.id", Token<&AuthContext::user_id>},
      {"token.user.name", Token<&AuthContext::user_name>},
      {"token.user.domain.id", Token<&AuthContext::user_domain_id>},
      {"token.user.domain.name", Token<&AuthContext::user_domain_name>},
      {"token.project.id", Token<&AuthContext::project_id>},
      {"token.project.name", Token<&AuthContext::project_name>},
      {"token.project.domain.id", Token<&AuthContext::project_domain_id>},
      {"token.project.domain.name", Token<&AuthContext::project_domain_name>},
      {"token.domain.id", Token<&AuthContext::domain_id>},
      {"token.domain.name", Token<&AuthContext::domain_name>},
      {"token.roles.name", Roles},
      {"token.roles.id", RoleIds},
  };
  return *kAttributes;
}

}  // namespace

Attribute FindAttribute(std::string_view name) {
  const auto found = Attributes().find(std::string(name));
  return found == Attributes().end() ? nullptr : found->second;
}

bool HasRole(const AuthContext& auth, std::string_view role) {
  const absl::string_view wanted(role.data(), role.size());
  for (const std::string& name : auth.roles()) {
    if (absl::EqualsIgnoreCase(name, wanted)) return true;
  }
  return false;
}

}  // namespace tstack::policy
