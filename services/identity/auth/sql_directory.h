// The Directory in the database.
#pragma once

#include <memory>

#include "common/db/database.h"
#include "common/ids/ids.h"
#include "services/identity/auth/directory.h"

namespace tstack::identity::auth {

// `database` and `ids` must outlive it.
std::unique_ptr<Directory> MakeSqlDirectory(db::Database& database, IdSource& ids,
                                            const LockoutRules& lockout);

}  // namespace tstack::identity::auth
