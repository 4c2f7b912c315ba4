#include "services/identity/auth/sql_directory.h"

#include <utility>

#include "services/identity/auth/change_log.h"
#include "services/identity/auth/sql_bearer.h"
#include "services/identity/auth/user_options.h"
#include "services/identity/catalog/catalog_store.h"
#include "services/identity/resources/attributes.h"

namespace tstack::identity::auth {
namespace {

// A domain is a project with is_domain; its `scope` is "", that of a project its domain's id.
#define TSTACK_ACCOUNT_SELECT                                                                    \
  "SELECT u.id, u.enabled AND d.enabled, COALESCE(w.hash, ''), "                                 \
  "COALESCE(w.expires_at <= UTC_TIMESTAMP(6), 0), COALESCE(w.failed_count, 0), "                 \
  "COALESCE(? > 0 AND w.failed_count >= ? AND w.last_failed_at > UTC_TIMESTAMP(6) - INTERVAL ? " \
  "SECOND, 0), "                                                                                 \
  "i.invalid_before, u.options "                                                                 \
  "FROM user u JOIN project d ON d.id = u.domain_id AND d.is_domain = 1 "                        \
  "LEFT JOIN password w ON w.user_id = u.id LEFT JOIN user_invalidation i ON i.user_id = u.id "  \
  "WHERE "

constexpr char kAccountById[] = TSTACK_ACCOUNT_SELECT "u.id = ?";
constexpr char kAccountByName[] = TSTACK_ACCOUNT_SELECT "u.domain_id = ? AND u.name = ?";
constexpr char kAccountByNames[] =
    TSTACK_ACCOUNT_SELECT "d.scope = '' AND d.name = ? AND u.name = ?";
#undef TSTACK_ACCOUNT_SELECT

// Both leave a locked account alone: a guess that was being hashed when the lock fell neither
// lengthens nor lifts it. Once the lock has passed, counting starts again.
#define TSTACK_UNLOCKED                                                                     \
  "WHERE user_id = ? AND (failed_count < ? OR last_failed_at IS NULL OR last_failed_at <= " \
  "UTC_TIMESTAMP(6) - INTERVAL ? SECOND)"
constexpr char kRecordFailure[] =
    "UPDATE password SET failed_count = IF(failed_count >= ?, 1, failed_count + 1), "
    "last_failed_at = UTC_TIMESTAMP(6) " TSTACK_UNLOCKED;
constexpr char kClearFailures[] =
    "UPDATE password SET failed_count = 0, last_failed_at = NULL " TSTACK_UNLOCKED;
#undef TSTACK_UNLOCKED
constexpr char kRevoke[] =
    "INSERT INTO revoked_token (audit_id, chain, expires_at) VALUES (?, ?, ?) "
    "ON DUPLICATE KEY UPDATE expires_at = GREATEST(expires_at, VALUES(expires_at))";

StatusOr<Account> ReadAccount(const db::Row& row) {
  Account account;
  ASSIGN_OR_RETURN(account.user_id, row.String(0));
  ASSIGN_OR_RETURN(account.enabled, row.Bool(1));
  ASSIGN_OR_RETURN(account.hash, row.String(2));
  ASSIGN_OR_RETURN(account.password_expired, row.Bool(3));
  ASSIGN_OR_RETURN(const int64_t failed_count, row.Int(4));
  account.failed_count = static_cast<int>(failed_count);
  ASSIGN_OR_RETURN(account.locked, row.Bool(5));
  ASSIGN_OR_RETURN(account.invalid_before, ReadInvalidBefore(row, 6));
  v1::UserOptions options;
  RETURN_IF_ERROR(MessageFromSql(row, 7, &options));
  ApplyOptions(options, account);
  return account;
}

class SqlDirectory final : public Directory {
 public:
  SqlDirectory(db::Database& database, IdSource& ids, const LockoutRules& lockout)
      : database_(database), ids_(ids), lockout_(lockout) {}

  StatusOr<std::optional<Account>> FindAccount(const CallContext& ctx,
                                               const OwnedRef& user) override {
    std::optional<Account> account;
    RETURN_IF_ERROR(
        database_.ReadOne(ctx, db::Freshness::kCurrent, [&](db::Transaction& tx) -> Status {
          account.reset();
          ASSIGN_OR_RETURN(const db::Rows rows, QueryAccount(tx, user));
          if (rows.empty()) return absl::OkStatus();
          ASSIGN_OR_RETURN(account, ReadAccount(rows[0]));
          return absl::OkStatus();
        }));
    return account;
  }

  StatusOr<std::optional<Bearer>> Load(const CallContext& ctx, const BearerQuery& query) override {
    std::optional<Bearer> bearer;
    RETURN_IF_ERROR(
        database_.Read(ctx, db::Freshness::kCurrent, [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(bearer, ReadBearer(tx, query));
          return absl::OkStatus();
        }));
    return bearer;
  }

  StatusOr<SharedCatalog> Catalog(const CallContext& ctx) override {
    auto snapshot = std::make_shared<CatalogSnapshot>();
    RETURN_IF_ERROR(
        database_.Read(ctx, db::Freshness::kCurrent, [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(snapshot->auth_seq, ReadAuthSeq(tx));
          ASSIGN_OR_RETURN(snapshot->services, catalog::ReadCatalog(tx));
          return absl::OkStatus();
        }));
    return SharedCatalog(std::move(snapshot));
  }

  Status RecordFailure(const CallContext& ctx, std::string_view user_id) override {
    return Write(ctx, [&](db::Transaction& tx) {
      std::vector<db::Value> parameters = Unlocked(user_id);
      parameters.insert(parameters.begin(), int64_t{lockout_.failures});
      return tx.Execute("password_failed", kRecordFailure, std::move(parameters)).status();
    });
  }

  StatusOr<bool> ClearFailures(const CallContext& ctx, std::string_view user_id) override {
    int64_t rows = 0;
    RETURN_IF_ERROR(Write(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(rows, tx.Execute("password_succeeded", kClearFailures, Unlocked(user_id)));
      return absl::OkStatus();
    }));
    return rows == 1;
  }

  Status ReplaceHash(const CallContext& ctx, std::string_view user_id, std::string_view expected,
                     std::string_view hash) override {
    return Write(ctx, [&](db::Transaction& tx) {
      return tx
          .Execute("password_rehash", "UPDATE password SET hash = ? WHERE user_id = ? AND hash = ?",
                   {std::string(hash), std::string(user_id), std::string(expected)})
          .status();
    });
  }

  Status RevokeToken(const CallContext& ctx, std::string_view audit_id, bool chain,
                     absl::Time until) override {
    return Write(ctx, [&](db::Transaction& tx) -> Status {
      RETURN_IF_ERROR(
          tx.Execute("token_revoke", kRevoke, {std::string(audit_id), int64_t{chain}, until})
              .status());
      return RecordChange(ctx, tx, v1::TOKEN, audit_id);
    });
  }

 private:
  StatusOr<db::Rows> QueryAccount(db::Transaction& tx, const OwnedRef& user) const {
    std::vector<db::Value> parameters = {int64_t{lockout_.failures}, int64_t{lockout_.failures},
                                         absl::ToInt64Seconds(lockout_.duration)};
    if (user.name.empty()) {
      parameters.emplace_back(user.id);
      return tx.Query("account_by_id", kAccountById, std::move(parameters));
    }
    const bool by_names = !user.domain.name.empty();
    parameters.emplace_back(by_names ? user.domain.name : user.domain.id);
    parameters.emplace_back(user.name);
    return by_names ? tx.Query("account_by_names", kAccountByNames, std::move(parameters))
                    : tx.Query("account_by_name", kAccountByName, std::move(parameters));
  }

  std::vector<db::Value> Unlocked(std::string_view user_id) const {
    return {std::string(user_id), int64_t{lockout_.failures},
            absl::ToInt64Seconds(lockout_.duration)};
  }

  Status Write(const CallContext& ctx, const db::TransactionBody& body) {
    return database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), body);
  }

  db::Database& database_;
  IdSource& ids_;
  const LockoutRules lockout_;
};

}  // namespace

std::unique_ptr<Directory> MakeSqlDirectory(db::Database& database, IdSource& ids,
                                            const LockoutRules& lockout) {
  return std::make_unique<SqlDirectory>(database, ids, lockout);
}

}  // namespace tstack::identity::auth
