// UserStore on the schema.
#pragma once

#include <memory>

#include "common/ids/ids.h"
#include "services/identity/users/user_store.h"

namespace tstack::identity::users {

// `database` and `ids` must outlive it.
std::unique_ptr<UserStore> MakeSqlUserStore(db::Database& database, IdSource& ids);

}  // namespace tstack::identity::users
