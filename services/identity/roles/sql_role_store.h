// RoleStore on the schema.
#pragma once

#include <memory>

#include "common/ids/ids.h"
#include "services/identity/roles/role_store.h"

namespace tstack::identity::roles {

// `database` and `ids` must outlive it.
std::unique_ptr<RoleStore> MakeSqlRoleStore(db::Database& database, IdSource& ids);

}  // namespace tstack::identity::roles
