#include "services/identity/auth/housekeeping.h"

#include "common/db/housekeeping.h"

namespace tstack::identity::auth {
namespace {

constexpr char kChanges[] =
    "DELETE FROM auth_change WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND ORDER BY "
    "created_at LIMIT 1000";
constexpr char kRevocations[] =
    "DELETE FROM revoked_token WHERE expires_at < UTC_TIMESTAMP(6) ORDER BY expires_at LIMIT 1000";

}  // namespace

Status PurgeOnce(const CallContext& ctx, db::Database& database, IdSource& ids,
                 const HousekeepingRules& rules) {
  RETURN_IF_ERROR(
      database.RunTransaction(ctx, ids.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
        const int64_t seconds = absl::ToInt64Seconds(rules.keep_changes);
        RETURN_IF_ERROR(tx.Execute("auth_change_purge", kChanges, {seconds}).status());
        return tx.Execute("revoked_token_purge", kRevocations).status();
      }));
  return db::PurgeTransactions(ctx, database, ids, rules.keep_transactions).status();
}

}  // namespace tstack::identity::auth
