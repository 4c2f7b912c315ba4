// Changes of a role inside a transaction, with their rules.
#pragma once

#include <string_view>

#include "google/protobuf/field_mask.pb.h"

#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/roles.pb.h"

namespace tstack::identity::roles {

v1::Role RoleFrom(const v1::CreateRoleRequest& request, std::string_view id);
// kInvalidArgument DOMAIN_UNKNOWN.
Status CheckDomainOf(db::Transaction& tx, const v1::Role& role);
// kAlreadyExists ROLE_EXISTS, as WriteRole.
Status InsertRole(db::Transaction& tx, const v1::Role& role);
// Everything that may change.
Status WriteRole(db::Transaction& tx, const v1::Role& role);

// Puts what `mask` names into `role`. kPermissionDenied RESOURCE_IMMUTABLE if it is immutable and
// more than that option changes; kInvalidArgument for another domain or an empty name.
Status ApplyChanges(const v1::RoleChanges& changes, const google::protobuf::FieldMask& mask,
                    v1::Role* role);

}  // namespace tstack::identity::roles
