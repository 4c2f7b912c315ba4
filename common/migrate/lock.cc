#include "common/migrate/lock.h"

#include <utility>

#include "common/ids/ids.h"

namespace tstack::migrate {
namespace {

constexpr absl::Duration kBeat = absl::Milliseconds(500);
constexpr absl::Duration kPoll = absl::Milliseconds(100);
constexpr absl::Duration kStandstill = absl::Seconds(3);

constexpr const char* kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migration_lock ("
    "  id INT NOT NULL PRIMARY KEY,"
    "  holder VARCHAR(36) NOT NULL,"
    "  beat BIGINT NOT NULL"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";

struct Seen {
  std::string holder;
  int64_t beat = 0;
  bool operator==(const Seen&) const = default;
};

StatusOr<Seen> Look(db::AdminConnection& admin) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   admin.Query("SELECT holder, beat FROM schema_migration_lock WHERE id = 1"));
  if (rows.empty())
    return Error(StatusCode::kInternal, "STORED_DATA", "the migration lock's row is gone");
  Seen seen;
  ASSIGN_OR_RETURN(seen.holder, rows[0].String(0));
  ASSIGN_OR_RETURN(seen.beat, rows[0].Int(1));
  return seen;
}

// True if the row still was as seen and is ours now.
StatusOr<bool> Take(db::AdminConnection& admin, const Seen& seen, const std::string& holder) {
  const StatusOr<int64_t> rows = admin.Execute(
      "UPDATE schema_migration_lock SET holder = ?, beat = beat + 1 WHERE id = 1 AND holder = ? "
      "AND beat = ?",
      {holder, seen.holder, seen.beat});
  if (absl::IsAborted(rows.status())) return false;  // certified after another's
  RETURN_IF_ERROR(rows.status());
  return *rows == 1;
}

Status Prepare(db::AdminConnection& admin) {
  RETURN_IF_ERROR(admin.Query(kCreateTable).status());
  return admin
      .Query("INSERT IGNORE INTO schema_migration_lock (id, holder, beat) VALUES (1, '', 0)")
      .status();
}

Status WaitAndTake(const CallContext& ctx, db::AdminConnection& admin, const std::string& holder,
                   const Timing& timing) {
  Seen last;
  absl::Duration since = timing.clock->Steady();
  while (true) {
    ASSIGN_OR_RETURN(const Seen seen, Look(admin));
    if (seen != last) {
      last = seen;
      since = timing.clock->Steady();
    }
    if (seen.holder.empty() || timing.clock->Steady() - since >= kStandstill) {
      ASSIGN_OR_RETURN(const bool taken, Take(admin, seen, holder));
      if (taken) return absl::OkStatus();
    }
    if (timing.clock->Now() >= ctx.deadline || !timing.sleeper->Sleep(kPoll, ctx.stop)) {
      return Error(StatusCode::kDeadlineExceeded, "MIGRATION_LOCKED",
                   "another process is migrating this schema");
    }
  }
}

}  // namespace

StatusOr<std::unique_ptr<Lock>> Lock::Acquire(const CallContext& ctx, db::AdminConnection& admin,
                                              const std::string& schema, const Timing& timing) {
  RETURN_IF_ERROR(Prepare(admin));
  ASSIGN_OR_RETURN(std::unique_ptr<db::AdminConnection> own, admin.Another(ctx));
  RETURN_IF_ERROR(own->Query("USE " + db::QuoteName(schema)).status());
  const std::string holder = RealIds().Uuid();
  RETURN_IF_ERROR(WaitAndTake(ctx, admin, holder, timing));
  return std::unique_ptr<Lock>(new Lock(std::move(own), holder, *timing.sleeper));
}

Lock::Lock(std::unique_ptr<db::AdminConnection> connection, std::string holder, Sleeper& sleeper)
    : connection_(std::move(connection)),
      holder_(std::move(holder)),
      sleeper_(sleeper),
      beating_([this](std::stop_token stop) { Beat(std::move(stop)); }) {}

Lock::~Lock() {
  beating_.request_stop();
  beating_.join();
  // If this fails, the next one waits for the standstill.
  static_cast<void>(connection_->Execute(
      "UPDATE schema_migration_lock SET holder = '' WHERE id = 1 AND holder = ?", {holder_}));
}

Status Lock::Check() const {
  if (!lost_) return absl::OkStatus();
  return Error(StatusCode::kAborted, "MIGRATION_TAKEN_OVER",
               "another process took the migration over");
}

void Lock::Beat(std::stop_token stop) {
  while (sleeper_.Sleep(kBeat, stop)) {
    const StatusOr<int64_t> rows = connection_->Execute(
        "UPDATE schema_migration_lock SET beat = beat + 1 WHERE id = 1 AND holder = ?", {holder_});
    if (rows.ok() && *rows == 0) lost_ = true;
  }
}

}  // namespace tstack::migrate
