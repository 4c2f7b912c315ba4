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
    const Status status = Repeat(ctx, [&](Connection& connection) {
      return AttemptTransaction(connection, options_.observer, body, state);
    });
    if (!absl::IsUnavailable(status) || !state.commit_unknown) return status;
    return Unavailable(
        "COMMIT_UNKNOWN",
        "the database was lost while it committed; whether the change was made is not known",
        absl::Seconds(1));
  }

  Status Read(const CallContext& ctx, Freshness freshness, const TransactionBody& body) override {
    return Repeat(ctx, [&](Connection& connection) {
      return AttemptRead(connection, options_.observer, body, freshness);
    });
  }

  Status ReadOne(const CallContext& ctx, Freshness freshness,
                 const TransactionBody& body) override {
    return Read(ctx, freshness, body);
  }

  Status CheckHealth(const CallContext& ctx) override {
    return Repeat(ctx, [](Connection& connection) -> AttemptOutcome {
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

  template <typename Work>
  Status Repeat(const CallContext& ctx, const Work& attempt) {
    const Nesting nesting(this);
    if (nesting.nested()) {
      return Error(StatusCode::kInternal, "NESTED_TRANSACTION",
                   "a transaction's body used its database directly");
    }
    for (int count = 0;; ++count) {
      ASSIGN_OR_RETURN(Lease lease, pool_.Acquire(ctx));
      AttemptOutcome outcome = attempt(lease.connection());
      const bool broken = outcome.fault != Fault::kNone && outcome.fault != Fault::kConflict;
      if (broken) lease.Drop(outcome.fault);
      if (outcome.verdict == Verdict::kFinal) return outcome.status;
      lease = Lease();  // back to the pool before the pause
      if (!Pause(ctx, count)) return Expired(ctx, outcome);
    }
  }

  // Full jitter: two that collided do not meet again. False if there is no time left.
  bool Pause(const CallContext& ctx, int count) {
    const absl::Duration limit = std::min(kLongestPause, kFirstPause * (1 << std::min(count, 10)));
    const absl::Duration left = ctx.deadline - RealClock().Now();
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
