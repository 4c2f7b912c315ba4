#include "common/db/housekeeping.h"

#include "common/ids/uuid.h"

namespace tstack::db {
namespace {

constexpr int64_t kBatch = 1000;

// Ids are time-ordered, so the primary key finds the old ones; created_at is what decides.
StatusOr<int64_t> PurgeBatch(const CallContext& ctx, Database& database, const std::string& txn_id,
                             absl::Duration age) {
  int64_t deleted = 0;
  const Status status = database.RunTransaction(ctx, txn_id, [&](Transaction& tx) -> Status {
    ASSIGN_OR_RETURN(const Rows now, tx.Query("txn_purge_now", "SELECT UTC_TIMESTAMP(6)"));
    if (now.empty()) return Error(StatusCode::kInternal, "STORED_DATA", "the server told no time");
    ASSIGN_OR_RETURN(const absl::Time time, now[0].Time(0));
    const std::string bound =
        UuidBytes(FormatUuid(WithTimestamp(std::string(16, '\0'), time - age), 7));
    ASSIGN_OR_RETURN(
        deleted,
        tx.Execute("txn_purge",
                   "DELETE FROM txn WHERE id < ? AND created_at < ? ORDER BY id LIMIT 1000",
                   {bound, time - age}));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return deleted;
}

}  // namespace

StatusOr<int64_t> PurgeTransactions(const CallContext& ctx, Database& database, IdSource& ids,
                                    absl::Duration age) {
  int64_t total = 0;
  while (true) {
    ASSIGN_OR_RETURN(const int64_t deleted, PurgeBatch(ctx, database, ids.TimeOrderedUuid(), age));
    total += deleted;
    if (deleted < kBatch) return total;
  }
}

}  // namespace tstack::db
