#include "common/db/attempt.h"

#include "common/time/clock.h"

namespace tstack::db {
namespace {

std::string_view OutcomeOf(Fault fault) {
  if (fault == Fault::kNone) return "ok";
  if (fault == Fault::kConflict) return "conflict";
  return IsTransient(fault) ? "lost" : "error";
}

bool Reads(std::string_view sql) { return sql.starts_with("SELECT") || sql.starts_with("WITH"); }

Status ReadOnly(std::string_view name) {
  return Error(StatusCode::kInternal, "READ_ONLY",
               "statement " + std::string(name) + " is no SELECT");
}

// One attempt; autocommit is off, so the first statement begins the transaction.
class Attempt {
 public:
  Attempt(Connection& connection, const StatementObserver& observer, TransactionState& state)
      : connection_(connection),
        statements_(connection, observer, Access::kReadWrite),
        state_(state) {}

  AttemptOutcome Run(const TransactionBody& body) {
    if (Status status = connection_.SetSyncWait(0); !status.ok())
      return Rerun(status, connection_.last_fault());
    const Status inserted =
        statements_.Execute("txn_insert", "INSERT INTO txn (id) VALUES (?)", {state_.id}).status();
    if (absl::IsAlreadyExists(inserted)) return Recognise();
    if (!inserted.ok()) return Abandon(inserted);
    if (state_.commit_unknown) {
      if (Status status = statements_.Control("SAVEPOINT body"); !status.ok())
        return Abandon(status);
    }
    if (state_.result != nullptr) state_.result->clear();
    const Status status = body(statements_);
    if (!status.ok() && statements_.doom() == Fault::kNone && state_.commit_unknown)
      return RefuseForGood(status);
    return status.ok() && statements_.doom() == Fault::kNone ? Finish() : Abandon(status);
  }

 private:
  // The id is there already: an earlier COMMIT whose answer was lost did happen.
  AttemptOutcome Recognise() {
    const StatusOr<Rows> rows = statements_.Query(
        "txn_select", "SELECT refused, result FROM txn WHERE id = ?", {state_.id});
    if (!rows.ok()) return Abandon(rows.status());
    if (rows->empty())
      return Rerun(Error(StatusCode::kAborted, "DATABASE_CONFLICT", "txn row not visible yet"));
    if ((*rows)[0].Int(0).value_or(0) != 0) return Final(state_.refusal);
    if (state_.result != nullptr) *state_.result = (*rows)[0].StringOr(1, "");
    return Final(absl::OkStatus());
  }

  AttemptOutcome Finish() {
    if (state_.result != nullptr && !state_.result->empty()) {
      const Status saved = statements_
                               .Execute("txn_result", "UPDATE txn SET result = ? WHERE id = ?",
                                        {*state_.result, state_.id})
                               .status();
      if (!saved.ok()) return Abandon(saved);
    }
    return Commit(absl::OkStatus());
  }

  // An earlier COMMIT may still be on its way (at another node): only the committed id keeps it
  // out, and only then is the body's refusal true.
  AttemptOutcome RefuseForGood(const Status& refusal) {
    Status status = statements_.Control("ROLLBACK TO SAVEPOINT body");
    if (status.ok()) {
      status =
          statements_.Execute("txn_refuse", "UPDATE txn SET refused = 1 WHERE id = ?", {state_.id})
              .status();
    }
    if (!status.ok()) return Abandon(status);
    state_.refusal = refusal;
    return Commit(refusal);
  }

  AttemptOutcome Commit(const Status& answer) {
    const Status committed = statements_.Control("COMMIT");
    if (committed.ok()) return {Verdict::kFinal, answer};
    if (statements_.doom() == Fault::kConflict) return Abandon(committed);
    state_.commit_unknown = true;
    return Rerun(committed, Fault::kLost);
  }

  // Ends a transaction that must not commit: run again if a fault doomed it, else `status` is the
  // answer.
  AttemptOutcome Abandon(const Status& status) {
    const Fault doom = statements_.doom();
    if (doom == Fault::kNone) return Final(status);
    return Rerun(status, doom);
  }

  AttemptOutcome Final(const Status& status) {
    const bool clean = connection_.Run("ROLLBACK").ok();
    return {Verdict::kFinal, status, clean ? Fault::kNone : Fault::kLost};
  }

  AttemptOutcome Rerun(const Status& status, Fault fault = Fault::kConflict) {
    if (fault == Fault::kConflict && !connection_.Run("ROLLBACK").ok()) fault = Fault::kLost;
    return {Verdict::kRerun, status, fault};
  }

  Connection& connection_;
  StatementRunner statements_;
  TransactionState& state_;
};

}  // namespace

template <typename Result, typename Call>
Result StatementRunner::Observed(std::string_view name, const Call& call) {
  if (doom_ != Fault::kNone) {
    return Error(StatusCode::kAborted, "DATABASE_CONFLICT",
                 "the transaction is lost already and runs again");
  }
  const absl::Duration start = observer_ ? RealClock().Steady() : absl::ZeroDuration();
  Result result = call();
  const Fault fault = connection_.last_fault();
  if (IsTransient(fault)) doom_ = fault;
  if (observer_) observer_({name, RealClock().Steady() - start, OutcomeOf(fault)});
  return result;
}

StatusOr<Rows> StatementRunner::Query(std::string_view name, std::string_view sql,
                                      std::vector<Value> parameters) {
  if (access_ == Access::kReadOnly && !Reads(sql)) return ReadOnly(name);
  return Observed<StatusOr<Rows>>(name, [&] { return connection_.Query(name, sql, parameters); });
}

StatusOr<int64_t> StatementRunner::Execute(std::string_view name, std::string_view sql,
                                           std::vector<Value> parameters) {
  if (access_ == Access::kReadOnly) return ReadOnly(name);
  return Observed<StatusOr<int64_t>>(name,
                                     [&] { return connection_.Execute(name, sql, parameters); });
}

Status StatementRunner::Control(const std::string& sql) {
  const std::string name = sql.starts_with("COMMIT") ? "commit" : "control";
  return Observed<Status>(name, [&] { return connection_.Run(sql); });
}

AttemptOutcome AttemptTransaction(Connection& connection, const StatementObserver& observer,
                                  const TransactionBody& body, TransactionState& state) {
  return Attempt(connection, observer, state).Run(body);
}

AttemptOutcome AttemptRead(Connection& connection, const StatementObserver& observer,
                           const TransactionBody& body, Freshness freshness) {
  StatementRunner statements(connection, observer, Access::kReadOnly);
  const int level = freshness == Freshness::kLocal ? 0 : freshness == Freshness::kCurrent ? 1 : 7;
  Status status = connection.SetSyncWait(level);
  if (!status.ok()) return {Verdict::kRerun, status, connection.last_fault()};
  // No START TRANSACTION: with autocommit off the first SELECT begins one and takes the snapshot
  // that all later ones see. It would cost a third of a short read.
  status = body(statements);
  Fault fault = statements.doom();
  const Verdict verdict = fault == Fault::kNone ? Verdict::kFinal : Verdict::kRerun;
  const bool usable = fault == Fault::kNone || fault == Fault::kConflict;
  if (usable) fault = connection.Run("ROLLBACK").ok() ? Fault::kNone : Fault::kLost;
  return {verdict, status, fault};
}

}  // namespace tstack::db
