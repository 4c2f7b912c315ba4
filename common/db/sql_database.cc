#include <algorithm>
#include <utility>

#include "common/db/attempt.h"
#include "common/db/connect.h"
#include "common/db/pool.h"
#include "common/ids/uuid.h"

namespace tstack::db {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(4);
constexpr absl::Duration kLongestPause = absl::Milliseconds(200);

class SqlDatabase final : public Database {
 public:
  SqlDatabase(Options options, std::vector<Node> nodes)
      : options_(std::move(options)), pool_(options_, std::move(nodes)) {}

  Status RunTransaction(const CallContext& ctx, std::string_view txn_id,
                        const TransactionBody& body, std::string* result) override {
    TransactionState state{.id = UuidBytes(txn_id), .result = result};
    if (state.id.empty())
      return Error(StatusCode::kInternal, "TXN_ID", "a transaction needs a UUID as its id");
    const Status status = Repeat(ctx, Session::kTransactional, [&](const Lease& lease) {
      state.current = state.current || !lease.settled();
      return AttemptTransaction(lease.connection(), Watch(ctx), body, state);
    });
    if (!absl::IsUnavailable(status) || !state.commit_unknown) return status;
    return Unavailable("COMMIT_UNKNOWN",
                       "the database was lost while it committed; whether the "
                       "change was made is not known",
                       absl::Seconds(1));
  }

  Status Read(const CallContext& ctx, Freshness freshness, const TransactionBody& body) override {
    return Repeat(ctx, Session::kTransactional, [&](const Lease& lease) {
      return AttemptRead(lease.connection(), Watch(ctx), body, SyncWait(freshness, lease));
    });
  }

  Status ReadOne(const CallContext& ctx, Freshness freshness,
                 const TransactionBody& body) override {
    return Repeat(ctx, Session::kAutocommit, [&](const Lease& lease) {
      return AttemptOne(lease.connection(), Watch(ctx), body, SyncWait(freshness, lease));
    });
  }

  Status CheckHealth(const CallContext& ctx) override {
    return Repeat(ctx, Session::kAutocommit, [](const Lease& lease) -> AttemptOutcome {
      Connection& connection = lease.connection();
      const Status status = connection.CheckNode();
      const Fault fault = connection.last_fault();
      return {IsTransient(fault) ? Verdict::kRerun : Verdict::kFinal, status, fault};
    });
  }

 private:
  // A body that calls its own database again would wait for a connection that it holds itself.
  class Nesting {
   public:
    explicit Nesting(const SqlDatabase* database) : outer_(std::exchange(current_, database)) {}
    ~Nesting() { current_ = outer_; }
    bool nested() const { return outer_ == current_; }

   private:
    static thread_local const SqlDatabase* current_;
    const SqlDatabase* outer_;
  };

  Watched Watch(const CallContext& ctx) const {
    return {options_.observer, ctx.request, *options_.clock};
  }

  // wsrep_sync_wait of a read.
  static int SyncWait(Freshness freshness, const Lease& lease) {
    if (freshness == Freshness::kWrites) return 7;
    return freshness == Freshness::kCurrent || !lease.settled() ? 1 : 0;
  }

  template <typename Work>
  Status Repeat(const CallContext& ctx, Session session, const Work& attempt) {
    const Nesting nesting(this);
    if (nesting.nested()) {
      return Error(StatusCode::kInternal, "NESTED_TRANSACTION",
                   "a transaction's body used its database directly");
    }
    for (int count = 0;; ++count) {
      ASSIGN_OR_RETURN(Lease lease, pool_.Acquire(ctx, session));
      const AttemptOutcome outcome = Run(ctx, lease, attempt);
      const bool broken = outcome.fault != Fault::kNone && outcome.fault != Fault::kConflict;
      if (broken) lease.Drop(outcome.fault);
      if (outcome.verdict == Verdict::kFinal) return outcome.status;
      if (outcome.verdict == Verdict::kRecheck) continue;
      lease = Lease();  // back to the pool before the pause
      if (!Pause(ctx, count)) return Expired(ctx, outcome);
    }
  }

  template <typename Work>
  static AttemptOutcome Run(const CallContext& ctx, const Lease& lease, const Work& attempt) {
    const std::stop_callback hurry(ctx.stop, [&lease] { lease.Hurry(); });
    return attempt(lease);
  }

  // Full jitter: two that collided do not meet again. False if there is no time left.
  bool Pause(const CallContext& ctx, int count) {
    const absl::Duration limit = std::min(kLongestPause, kFirstPause * (1 << std::min(count, 10)));
    const absl::Duration left = ctx.deadline - options_.clock->Now();
    if (left <= absl::ZeroDuration()) return false;
    const auto nanos = static_cast<uint64_t>(absl::ToInt64Nanoseconds(limit));
    const absl::Duration pause =
        absl::Nanoseconds(static_cast<int64_t>(options_.ids->Uniform(nanos)));
    return options_.sleeper->Sleep(std::min(pause, left), ctx.stop);
  }

  Status Expired(const CallContext& ctx, const AttemptOutcome& outcome) {
    if (ctx.stop.stop_requested())
      return Error(StatusCode::kCancelled, "STOPPED", "the call was stopped");
    if (outcome.fault == Fault::kLost || outcome.fault == Fault::kNodeNotReady) {
      return pool_.Unavailable();
    }
    return Unavailable("DATABASE_BUSY", "other transactions were in the way until the deadline",
                       absl::Seconds(1));
  }

  const Options options_;
  Pool pool_;
};

thread_local const SqlDatabase* SqlDatabase::Nesting::current_ = nullptr;

}  // namespace

StatusOr<Rows> Database::ReadOne(const CallContext& ctx, Freshness freshness, std::string_view name,
                                 std::string_view sql, const std::vector<Value>& parameters) {
  Rows rows;
  RETURN_IF_ERROR(ReadOne(ctx, freshness, [&](Transaction& tx) -> Status {
    ASSIGN_OR_RETURN(rows, tx.Query(name, sql, parameters));
    return absl::OkStatus();
  }));
  return rows;
}

StatusOr<std::unique_ptr<Database>> Connect(Options options) {
  std::vector<Node> nodes;
  for (const std::string& text : options.nodes) {
    ASSIGN_OR_RETURN(Node node, ParseNode(text));
    nodes.push_back(std::move(node));
  }
  if (nodes.empty())
    return Error(StatusCode::kInvalidArgument, "DATABASE_NODE", "no database node is configured");
  if (options.schema.empty())
    return Error(StatusCode::kInvalidArgument, "DATABASE_SCHEMA", "no schema is named");
  options.pool_size = std::max(1, options.pool_size);
  return std::make_unique<SqlDatabase>(std::move(options), std::move(nodes));
}

}  // namespace tstack::db
