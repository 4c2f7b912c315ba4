#include "services/identity/auth/change_feed.h"

namespace tstack::identity::auth {
namespace {

constexpr int64_t kBatch = 1000;
constexpr char kHead[] = "SELECT seq, history FROM auth_seq WHERE id = 1";
constexpr char kAfter[] =
    "SELECT seq, kind, id FROM auth_change WHERE seq > ? ORDER BY seq LIMIT 1000";

StatusOr<Change> ReadChange(const db::Row& row) {
  Change change;
  ASSIGN_OR_RETURN(change.seq, row.Int(0));
  ASSIGN_OR_RETURN(const int64_t kind, row.Int(1));
  ASSIGN_OR_RETURN(*change.what.mutable_id(), row.String(2));
  // A kind of a newer version: be coarse rather than deaf.
  change.what.set_kind(v1::DependencyKind_IsValid(static_cast<int>(kind))
                           ? static_cast<v1::DependencyKind>(kind)
                           : v1::EVERYTHING);
  return change;
}

class SqlChangeReader final : public ChangeReader {
 public:
  explicit SqlChangeReader(db::Database& database) : database_(database) {}

  StatusOr<ChangeBatch> Read(const CallContext& ctx, int64_t after_seq) override {
    ChangeBatch batch;
    RETURN_IF_ERROR(
        database_.Read(ctx, db::Freshness::kCurrent, [&](db::Transaction& tx) -> Status {
          batch = {};
          ASSIGN_OR_RETURN(const db::Rows head, tx.Query("auth_seq_head", kHead));
          if (head.empty())
            return Error(StatusCode::kInternal, "AUTH_SEQ_MISSING", "the auth sequence has no row");
          ASSIGN_OR_RETURN(batch.head, head[0].Int(0));
          ASSIGN_OR_RETURN(batch.history, head[0].String(1));
          if (batch.head == after_seq) return absl::OkStatus();
          ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("auth_change_after", kAfter, {after_seq}));
          for (const db::Row& row : rows) {
            ASSIGN_OR_RETURN(Change change, ReadChange(row));
            batch.changes.push_back(std::move(change));
          }
          batch.more = static_cast<int64_t>(rows.size()) == kBatch;
          return absl::OkStatus();
        }));
    return batch;
  }

 private:
  db::Database& database_;
};

}  // namespace

std::unique_ptr<ChangeReader> MakeSqlChangeReader(db::Database& database) {
  return std::make_unique<SqlChangeReader>(database);
}

}  // namespace tstack::identity::auth
