#include "services/identity/auth/housekeeping.h"

#include <vector>

#include "common/db/housekeeping.h"
#include "common/idempotency/idempotency.h"

namespace tstack::identity::auth {
namespace {

constexpr char kChanges[] =
    "DELETE FROM auth_change WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND ORDER BY "
    "created_at LIMIT 1000";
constexpr char kRevocations[] =
    "DELETE FROM revoked_token WHERE expires_at < UTC_TIMESTAMP(6) ORDER BY expires_at LIMIT 1000";

// Short transactions: others write the same tables, and Galera refuses large ones.
Status PurgeAll(const CallContext& ctx, db::Database& database, IdSource& ids,
                std::string_view name, const std::string& sql,
                const std::vector<db::Value>& parameters) {
  constexpr int64_t kBatch = 1000;  // as in the statements
  int64_t deleted = kBatch;
  while (deleted == kBatch) {
    RETURN_IF_ERROR(
        database.RunTransaction(ctx, ids.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(deleted, tx.Execute(name, sql, parameters));
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

}  // namespace

Status Purge(const CallContext& ctx, db::Database& database, IdSource& ids,
             const HousekeepingRules& rules) {
  const int64_t seconds = absl::ToInt64Seconds(rules.keep_changes);
  RETURN_IF_ERROR(PurgeAll(ctx, database, ids, "auth_change_purge", kChanges, {seconds}));
  RETURN_IF_ERROR(PurgeAll(ctx, database, ids, "revoked_token_purge", kRevocations, {}));
  RETURN_IF_ERROR(idempotency::Purge(ctx, database, ids).status());
  return db::PurgeTransactions(ctx, database, ids, rules.keep_transactions).status();
}

}  // namespace tstack::identity::auth
