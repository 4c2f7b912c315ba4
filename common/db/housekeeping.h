// Old rows of the bookkeeping table `txn`.
#pragma once

#include "common/db/database.h"
#include "common/ids/ids.h"

namespace tstack::db {

// Deletes rows of `txn` older than `age` (server's clock) in transactions of at most 1000 rows;
// returns how many. `age` must exceed every deadline by far: a row is what recognises a COMMIT
// whose answer was lost.
StatusOr<int64_t> PurgeTransactions(const CallContext& ctx, Database& database, IdSource& ids,
                                    absl::Duration age);

}  // namespace tstack::db
