// One attempt at a transaction or a read on one connection. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "common/db/connect.h"
#include "common/db/connection.h"

namespace tstack::db {

enum class Access { kReadWrite, kReadOnly, kOneRead };

// On behalf of whom statements run, and who watches them.
struct Watched {
  const StatementObserver& observer;  // may be empty
  const RequestContext& request;
  Clock& clock;
};

// The statements of a body. Remembers a fault that dooms the transaction even if the body swallows
// its error.
class StatementRunner final : public Transaction {
 public:
  StatementRunner(Connection& connection, const Watched& watched, Access access)
      : connection_(connection), watched_(watched), access_(access) {}

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
  Status MayRead(std::string_view name, std::string_view sql);

  Connection& connection_;
  const Watched& watched_;
  const Access access_;
  int statements_ = 0;
  Fault doom_ = Fault::kNone;
};

// What is known across the attempts of one RunTransaction.
struct TransactionState {
  std::string id;                 // 16 bytes
  std::string* result = nullptr;  // may be null
  bool commit_unknown = false;    // a COMMIT's answer was lost
  Status refusal;                 // the body's error that was made final after an unknown COMMIT
  bool current = false;           // must see what other nodes committed: rechecks a
                                  // refusal, or no usual node
};

enum class Verdict {
  kFinal,    // the status is the transaction's answer
  kRerun,    // nothing is known to have happened: run again
  kRecheck,  // the body refused what it may have seen too early: run again at
             // once
};

struct AttemptOutcome {
  Verdict verdict;
  Status status;
  Fault fault = Fault::kNone;
};

// Runs the body once: `txn` first, its result last, COMMIT. Leaves the connection without a
// transaction, unless `fault` says that it is of no use.
AttemptOutcome AttemptTransaction(Connection& connection, const Watched& watched,
                                  const TransactionBody& body, TransactionState& state);

// Runs the body once in a read-only snapshot; `sync_wait` is wsrep_sync_wait.
AttemptOutcome AttemptRead(Connection& connection, const Watched& watched,
                           const TransactionBody& body, int sync_wait);

// Runs the body of one SELECT once, without a transaction.
AttemptOutcome AttemptOne(Connection& connection, const Watched& watched,
                          const TransactionBody& body, int sync_wait);

}  // namespace tstack::db
