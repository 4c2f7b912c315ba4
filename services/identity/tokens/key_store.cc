#include "services/identity/tokens/key_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/identity/tokens/fernet.h"

namespace tstack::identity::tokens {
namespace {

// Ages are computed by the database: no two clocks are compared.
constexpr char kLoadSql[] =
    "SELECT s.key_generation, k.id, k.state, k.sealed, "
    "TIMESTAMPDIFF(MICROSECOND, k.created_at, UTC_TIMESTAMP(6)), "
    "COALESCE(TIMESTAMPDIFF(MICROSECOND, k.signs_from, UTC_TIMESTAMP(6)), 0) "
    "FROM auth_seq s JOIN token_key k WHERE s.id = 1 ORDER BY k.state = 'primary' DESC, k.id DESC";
constexpr char kInsertSql[] =
    "INSERT INTO token_key (id, state, sealed, created_at, signs_from) "
    "VALUES (?, ?, ?, UTC_TIMESTAMP(6), IF(? = 'primary', UTC_TIMESTAMP(6), NULL))";
constexpr char kPromoteSql[] =
    "UPDATE token_key SET state = 'primary', signs_from = UTC_TIMESTAMP(6) "
    "WHERE state = 'staged' AND created_at <= UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND";

class SqlKeyStore final : public KeyStore {
 public:
  SqlKeyStore(db::Database& database, std::string_view master_key, IdSource& ids)
      : database_(database),
        sealing_key_(crypto::HkdfSha256(master_key, "", "tstack identity token keys", 32)),
        ids_(ids) {}

  StatusOr<KeySet> Load(const CallContext& ctx) override {
    db::Rows rows;
    RETURN_IF_ERROR(
        database_.ReadOne(ctx, db::Freshness::kCurrent, [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(rows, tx.Query("token_key_load", kLoadSql));
          return absl::OkStatus();
        }));
    KeySet set;
    for (const db::Row& row : rows) {
      ASSIGN_OR_RETURN(set.generation, row.Int(0));
      ASSIGN_OR_RETURN(TokenKey key, Read(row));
      set.keys.push_back(std::move(key));
    }
    if (set.keys.empty() || set.primary().state != "primary") {
      return Error(StatusCode::kFailedPrecondition, "TOKEN_KEYS_MISSING",
                   "the database holds no token keys: run the bootstrap");
    }
    return set;
  }

  Status EnsureKeys(const CallContext& ctx) override {
    const std::string first = ids_.RandomBytes(kFernetKeySize);
    const std::string second = ids_.RandomBytes(kFernetKeySize);
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const db::Rows rows,
                           tx.Query("token_key_any", "SELECT id FROM token_key LIMIT 1"));
          if (!rows.empty()) return absl::OkStatus();
          RETURN_IF_ERROR(Insert(tx, 1, "primary", first));
          return Insert(tx, 2, "staged", second);
        });
  }

  Status Rotate(const CallContext& ctx, int64_t generation, const RotationRules& rules) override {
    const std::string fresh = ids_.RandomBytes(kFernetKeySize);
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          RETURN_IF_ERROR(Take(tx, generation));
          RETURN_IF_ERROR(
              tx.Execute("token_key_retire",
                         "UPDATE token_key SET state = 'secondary' WHERE state = 'primary'")
                  .status());
          RETURN_IF_ERROR(Promote(tx, rules.staged_at_least));
          ASSIGN_OR_RETURN(const db::Rows newest,
                           tx.Query("token_key_newest", "SELECT MAX(id) FROM token_key"));
          if (newest.empty())
            return Error(StatusCode::kInternal, "TOKEN_KEYS_MISSING", "no token keys");
          ASSIGN_OR_RETURN(const int64_t last_id, newest[0].Int(0));
          RETURN_IF_ERROR(Insert(tx, last_id + 1, "staged", fresh));
          return Forget(tx, rules.max_active_keys);
        });
  }

 private:
  static std::string Associated(int64_t id) { return absl::StrCat("token_key:", id); }

  StatusOr<TokenKey> Read(const db::Row& row) const {
    TokenKey key;
    ASSIGN_OR_RETURN(key.id, row.Int(1));
    ASSIGN_OR_RETURN(key.state, row.String(2));
    ASSIGN_OR_RETURN(const std::string sealed, row.String(3));
    ASSIGN_OR_RETURN(const int64_t age, row.Int(4));
    ASSIGN_OR_RETURN(const int64_t signing_age, row.Int(5));
    key.age = absl::Microseconds(age);
    key.signing_age = absl::Microseconds(signing_age);
    auto bytes = crypto::Open(sealing_key_.Expose(), sealed, Associated(key.id));
    if (!bytes.ok() || bytes->size() != kFernetKeySize) {
      return Error(
          StatusCode::kFailedPrecondition, "TOKEN_KEY_SEAL",
          "a token key cannot be opened: the master key is not the one it was sealed with");
    }
    key.bytes = crypto::SecretBytes(*std::move(bytes));
    return key;
  }

  Status Insert(db::Transaction& tx, int64_t id, const std::string& state,
                const std::string& bytes) {
    ASSIGN_OR_RETURN(std::string sealed,
                     crypto::Seal(sealing_key_.Expose(), bytes, Associated(id), ids_));
    return tx.Execute("token_key_insert", kInsertSql, {id, state, std::move(sealed), state})
        .status();
  }

  // The compare-and-swap that lets one of several rotators win.
  static Status Take(db::Transaction& tx, int64_t generation) {
    ASSIGN_OR_RETURN(const int64_t rows,
                     tx.Execute("token_key_generation",
                                "UPDATE auth_seq SET key_generation = key_generation + 1 "
                                "WHERE id = 1 AND key_generation = ?",
                                {generation}));
    if (rows == 1) return absl::OkStatus();
    return Error(StatusCode::kAborted, "TOKEN_KEYS_CHANGED",
                 "the token keys were rotated meanwhile");
  }

  static Status Promote(db::Transaction& tx, absl::Duration staged_at_least) {
    ASSIGN_OR_RETURN(const int64_t rows, tx.Execute("token_key_promote", kPromoteSql,
                                                    {absl::ToInt64Microseconds(staged_at_least)}));
    if (rows == 1) return absl::OkStatus();
    return Error(StatusCode::kFailedPrecondition, "TOKEN_KEY_TOO_YOUNG",
                 "the staged token key is too young: not every process may know it yet");
  }

  static Status Forget(db::Transaction& tx, int max_active_keys) {
    ASSIGN_OR_RETURN(const db::Rows rows,
                     tx.Query("token_key_ids", "SELECT id FROM token_key ORDER BY id DESC"));
    const size_t keep = std::max(max_active_keys, 3);
    if (rows.size() <= keep) return absl::OkStatus();
    ASSIGN_OR_RETURN(const int64_t newest_lost, rows[keep].Int(0));
    return tx
        .Execute("token_key_forget", "DELETE FROM token_key WHERE state = 'secondary' AND id <= ?",
                 {newest_lost})
        .status();
  }

  db::Database& database_;
  crypto::SecretBytes sealing_key_;
  IdSource& ids_;
};

}  // namespace

std::unique_ptr<KeyStore> MakeSqlKeyStore(db::Database& database, std::string_view master_key,
                                          IdSource& ids) {
  return std::make_unique<SqlKeyStore>(database, master_key, ids);
}

}  // namespace tstack::identity::tokens
