// The left-hand side of a check: attributes of whoever asks, by the names that OpenStack's rules
// use.
#pragma once

#include <string_view>
#include <vector>

#include "tstack/common/v1/context.pb.h"

namespace tstack::policy {

// One attribute of the caller. The values of a single-valued attribute are one element; an unset
// attribute of the plain kind reads as Python prints it ("None"), an unset attribute of the token
// has no value and matches nothing.
using Attribute = std::vector<std::string_view> (*)(const common::v1::AuthContext& auth);

// Null if nobody has such an attribute: a check on it denies. Names: user_id, project_id
// (tenant_id, tenant), domain_id, user_domain_id, project_domain_id, system_scope (system), roles,
// service_user_id, service_roles, is_admin, is_admin_project, and token.<…> as in a token's body:
// token.user.domain.id, token.project.domain.id, token.domain.id.
Attribute FindAttribute(std::string_view name);

// Role names compare without regard to case.
bool HasRole(const common::v1::AuthContext& auth, std::string_view role);

}  // namespace tstack::policy
