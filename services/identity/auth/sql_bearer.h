// A user with a scope, as one snapshot of the database shows it.
#pragma once

#include <optional>

#include "absl/time/time.h"

#include "common/db/database.h"
#include "services/identity/auth/directory.h"

namespace tstack::identity::auth {

// nullopt: no such user. Two statements, three if the scope is given by name.
StatusOr<std::optional<Bearer>> ReadBearer(db::Transaction& tx, const BearerQuery& query);

// user_invalidation.invalid_before, whole seconds; NULL: nothing was ever invalidated.
StatusOr<std::optional<absl::Time>> ReadInvalidBefore(const db::Row& row, size_t column);

// The newest change in this snapshot.
StatusOr<int64_t> ReadAuthSeq(db::Transaction& tx);

}  // namespace tstack::identity::auth
