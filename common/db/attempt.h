// One attempt at a transaction on one connection. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "common/db/database.h"
#include "common/db/pool.h"

namespace tstack::db {

enum class Access { kReadWrite, kReadOnly };

// The statements of a body. Remembers a fault that dooms the transaction even if the body swallows
// its error.
class StatementRunner final : public Transaction {
 public:
  StatementRunner(Connection& connection, const StatementObserver& observer, Access access)
      : connection_(connection), observer_(observer), access_(access) {}

  StatusOr<Rows> Query(std::string_view name, std::string_view sql,
                       std::vector<Value> parameters) override;
  StatusOr<int64_t> Execute(std::string_view name, std::string_view sql,
                            std::vector<Value> parameters) override;

  // The first transient fault of any statement; kNone if there was none.
  Fault doom() const { return doom_; }
  // COMMIT, SAVEPOINT …, observed like the others.
  Status Control(const std::string& sql);

 private:
  // Runs `call`; nothing runs any more once the transaction is doomed.
  template <typename Result, typename Call>
  Result Observed(std::string_view name, const Call& call);

  Connection& connection_;
  const StatementObserver& observer_;
  const Access access_;
  Fault doom_ = Fault::kNone;
};

// What is known across the attempts of one RunTransaction.
struct TransactionState {
  std::string id;                 // 16 bytes
  std::string* result = nullptr;  // may be null
  bool commit_unknown = false;    // a COMMIT's answer was lost
  Status refusal;                 // the body's error that was made final after an unknown COMMIT
};

enum class Verdict {
  kFinal,  // the status is the transaction's answer
  kRerun,  // nothing is known to have happened: run again
};

struct AttemptOutcome {
  Verdict verdict;
  Status status;
  Fault fault = Fault::kNone;
};

// Runs the body once: `txn` first, its result last, COMMIT. Leaves the connection without a
// transaction, unless `fault` says that it is of no use.
AttemptOutcome AttemptTransaction(Connection& connection, const StatementObserver& observer,
                                  const TransactionBody& body, TransactionState& state);

// Runs the body once in a read-only snapshot.
AttemptOutcome AttemptRead(Connection& connection, const StatementObserver& observer,
                           const TransactionBody& body, Freshness freshness);

}  // namespace tstack::db
