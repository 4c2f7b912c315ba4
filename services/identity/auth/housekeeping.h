// Rows that have served: old changes, revocations of expired tokens, keys of repeated creates,
// bookkeeping of transactions.
#pragma once

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/status/status.h"

namespace tstack::identity::auth {

struct HousekeepingRules {
  absl::Duration keep_changes = absl::Hours(1);
  absl::Duration keep_transactions = absl::Hours(24);
};

// Deletes all of them in transactions of at most 1000 rows, until ctx.deadline. Idempotent; several
// processes may do it at once.
Status Purge(const CallContext& ctx, db::Database& database, IdSource& ids,
             const HousekeepingRules& rules);

}  // namespace tstack::identity::auth
