#include "common/db/attempt.h"

namespace tstack::db {
namespace {

// wsrep_sync_wait: before SELECT, before any statement.
constexpr int kAnyStatement = 7;

// True for errors that may come from what was read; the others would be the same on any node.
bool DependsOnState(const Status& status) {
  return !absl::IsInternal(status) && !absl::IsUnavailable(status) && !absl::IsCancelled(status) &&
         !absl::IsDeadlineExceeded(status);
}

// One attempt; autocommit is off, so the first statement begins the transaction.
class Attempt {
 public:
  Attempt(Connection& connection, const Watched& watched, TransactionState& state)
      : connection_(connection),
        statements_(connection, watched, Access::kReadWrite),
        state_(state) {}

  AttemptOutcome Run(const TransactionBody& body) {
    const int sync_wait = state_.current ? kAnyStatement : 0;
    if (Status status = connection_.Become(Session::kTransactional, sync_wait); !status.ok())
      return {Verdict::kRerun, status, connection_.last_fault()};
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
    if (statements_.doom() != Fault::kNone) return Abandon(status);
    return status.ok() ? Finish() : Refuse(status);
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

  // On a cluster the body may have refused because this node had not applied yet what another one
  // committed (a quota given back, a name deleted): it is asked once more when all of it is here.
  AttemptOutcome Refuse(const Status& refusal) {
    if (connection_.in_cluster() && !state_.current && DependsOnState(refusal)) {
      state_.current = true;
      AttemptOutcome outcome = Rerun(refusal);
      if (outcome.fault == Fault::kConflict) outcome.verdict = Verdict::kRecheck;
      return outcome;
    }
    return state_.commit_unknown ? RefuseForGood(refusal) : Abandon(refusal);
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

// Ends what a read began; `status` is the body's.
AttemptOutcome Ended(const StatementRunner& statements, const Status& status) {
  const Fault fault = statements.doom();
  return {fault == Fault::kNone ? Verdict::kFinal : Verdict::kRerun, status, fault};
}

}  // namespace

AttemptOutcome AttemptTransaction(Connection& connection, const Watched& watched,
                                  const TransactionBody& body, TransactionState& state) {
  return Attempt(connection, watched, state).Run(body);
}

AttemptOutcome AttemptRead(Connection& connection, const Watched& watched,
                           const TransactionBody& body, int sync_wait) {
  StatementRunner statements(connection, watched, Access::kReadOnly);
  Status status = connection.Become(Session::kTransactional, sync_wait);
  if (!status.ok()) return {Verdict::kRerun, status, connection.last_fault()};
  // No START TRANSACTION: with autocommit off the first SELECT begins one and takes the snapshot
  // that all later ones see. It would cost a third of a short read.
  AttemptOutcome outcome = Ended(statements, body(statements));
  const bool usable = outcome.fault == Fault::kNone || outcome.fault == Fault::kConflict;
  if (usable) outcome.fault = connection.Run("ROLLBACK").ok() ? Fault::kNone : Fault::kLost;
  return outcome;
}

AttemptOutcome AttemptOne(Connection& connection, const Watched& watched,
                          const TransactionBody& body, int sync_wait) {
  StatementRunner statements(connection, watched, Access::kOneRead);
  Status status = connection.Become(Session::kAutocommit, sync_wait);
  if (!status.ok()) return {Verdict::kRerun, status, connection.last_fault()};
  return Ended(statements, body(statements));
}

}  // namespace tstack::db
