// The only way to the database. Wraps MySQL Connector/C++ (no other folder includes it) and
// enforces the rules of docs/adr/0003: COMMIT is an executed statement, matched rows are counted,
// statements are prepared again after a reconnect, health is the wsrep state, a lost connection
// during COMMIT is an unknown outcome.
//
// Thread-safety: Database is thread-safe; Transaction belongs to the thread that runs its function.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/context/call_context.h"
#include "common/status/status.h"

namespace tstack::db {

// A bound parameter or a column. Bytes and text are both std::string; times are absl::Time (UTC,
// microseconds).
using Value = std::variant<std::nullptr_t, int64_t, uint64_t, double, std::string, absl::Time>;

// One row of a result, columns in the order of the SELECT list. Stored data is never trusted: a
// column of an unexpected type gives an error when it is read, never a crash.
class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
  bool IsNull(size_t column) const;
  StatusOr<std::string> String(size_t column) const;
  StatusOr<int64_t> Int(size_t column) const;
  StatusOr<double> Double(size_t column) const;
  StatusOr<absl::Time> Time(size_t column) const;
  StatusOr<bool> Bool(size_t column) const;
  // nullopt for NULL.
  StatusOr<std::optional<std::string>> OptionalString(size_t column) const;
  StatusOr<std::optional<absl::Time>> OptionalTime(size_t column) const;
  // NULL becomes "" / 0: for columns where that is the same to the caller.
  std::string StringOr(size_t column, std::string_view fallback) const;
  size_t size() const { return columns_.size(); }

 private:
  std::vector<Value> columns_;
};

using Rows = std::vector<Row>;

// How fresh a read must be on a cluster (wsrep_sync_wait).
enum class Freshness {
  // As fresh as the usual writer is; another node, or one that only just took over, is made to
  // catch
  // up first. May lag while this process alone is at another node than the others.
  kLocal,
  kCurrent,  // wsrep_sync_wait=1: sees everything committed before the read began
  kWrites,   // wsrep_sync_wait=7: as kCurrent, for the recheck before a refusal
};

// A statement inside a transaction or a read. SQL is a literal with ? for each parameter; `name` (a
// fixed word, "project_insert") labels metrics and spans; statements are cached by their text.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual StatusOr<Rows> Query(std::string_view name, std::string_view sql,
                               std::vector<Value> parameters = {}) = 0;
  // Number of rows *matched* by UPDATE, inserted or deleted by the others.
  // A duplicate key is kAlreadyExists with reason DUPLICATE_KEY and the key's name as resource_id;
  // a foreign key that refuses is kFailedPrecondition with reason FOREIGN_KEY and the constraint's
  // name as resource_id.
  virtual StatusOr<int64_t> Execute(std::string_view name, std::string_view sql,
                                    std::vector<Value> parameters = {}) = 0;
};

using TransactionBody = std::function<Status(Transaction&)>;

// Every call ends at ctx.deadline, also when the server hangs, and within a moment of ctx.stop
// (kCancelled; a transaction may have committed); a call without a deadline gets a minute.
// kUnavailable: DATABASE_UNAVAILABLE (no node serves), DATABASE_BUSY (locks or connections until
// the deadline), COMMIT_UNKNOWN (lost while committing, no time left to find out), each with
// retry_after_seconds.
class Database {
 public:
  virtual ~Database() = default;

  // Runs `body` in one transaction until it commits, its own error ends it (rolled back, returned
  // as it is), or ctx.deadline passes (kUnavailable, DATABASE_BUSY). `txn_id`
  // (IdSource::TimeOrderedUuid) must be drawn before the call and is inserted first, so that a
  // COMMIT whose answer was lost is recognised and not done twice. `result` (may be null): bytes
  // that `body` fills; saved with the transaction and restored if a rerun finds it had committed.
  // On a cluster an error of `body` is asked for once more, at a node that has seen everything
  // committed before, unless it is kInternal, kUnavailable, kCancelled or kDeadlineExceeded.
  // `body` may run several times: it touches only its transaction and variables it resets itself.
  virtual Status RunTransaction(const CallContext& ctx, std::string_view txn_id,
                                const TransactionBody& body, std::string* result = nullptr) = 0;

  // Runs `body`, SELECTs only (others are refused), in one snapshot that its first SELECT takes;
  // run again on connection loss until the deadline.
  virtual Status Read(const CallContext& ctx, Freshness freshness, const TransactionBody& body) = 0;

  // As Read for a body of one SELECT: one round trip, because nothing has to begin or end. A second
  // statement is refused (kInternal, SECOND_STATEMENT): it would see another snapshot.
  virtual Status ReadOne(const CallContext& ctx, Freshness freshness,
                         const TransactionBody& body) = 0;
  // As fresh as the usual writer.
  Status ReadOne(const CallContext& ctx, const TransactionBody& body) {
    return ReadOne(ctx, Freshness::kLocal, body);
  }
  // The rows of that SELECT.
  StatusOr<Rows> ReadOne(const CallContext& ctx, Freshness freshness, std::string_view name,
                         std::string_view sql, const std::vector<Value>& parameters = {});

  // OK if the preferred reachable node is Synced and Primary: reads wsrep_ready and
  // wsrep_local_state.
  virtual Status CheckHealth(const CallContext& ctx) = 0;
};

}  // namespace tstack::db
