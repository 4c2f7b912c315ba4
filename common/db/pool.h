// The connections of one Database: bounded, on one preferred node of an ordered list, with
// fail-over and fail-back. Internal to this folder.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/context/call_context.h"
#include "common/db/connection.h"

namespace tstack::db {

class Pool;

// A connection lent to one caller. Past its deadline the watchdog cuts it, so that no call waits
// longer.
class Lease {
 public:
  Lease() = default;
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  Connection& connection() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }
  // Gives the connection up: it is closed. `fault` tells the pool whether its node is to blame.
  void Drop(Fault fault);

 private:
  friend class Pool;
  Pool* pool_ = nullptr;
  std::unique_ptr<Connection> connection_;
  size_t node_ = 0;
  std::multiset<std::pair<absl::Time, const Connection*>>::iterator watched_;
};

// Thread-safe. Two threads of its own: one opens connections (so that no caller hangs in a
// connect), one cuts connections whose deadline passed. All leases must be back before it is
// destroyed.
class Pool {
 public:
  Pool(const Options& options, std::vector<Node> nodes);
  ~Pool();

  // Waits for a connection until ctx.deadline, ctx.stop, or until no node has accepted one for
  // options.patience. kUnavailable: DATABASE_UNAVAILABLE (no node) or DATABASE_BUSY (all
  // connections lent out).
  StatusOr<Lease> Acquire(const CallContext& ctx) ABSL_LOCKS_EXCLUDED(mutex_);

  // The error for a call that found no database; with a hint when to retry.
  Status Unavailable() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class Lease;

  struct NodeState {
    Node node;
    int failures = 0;
    absl::Duration retry_at = absl::ZeroDuration();  // steady clock
  };

  struct Idle {
    std::unique_ptr<Connection> connection;
    size_t node;
  };

  Lease Lend(Idle idle, absl::Time deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status WhyNot(const std::stop_token& stop, absl::Time deadline) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status UnavailableLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveBack(Lease& lease, Fault fault) ABSL_LOCKS_EXCLUDED(mutex_);

  // The opener's thread.
  void OpenConnections() ABSL_LOCKS_EXCLUDED(mutex_);
  bool WantsConnection() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool FailBackDue(absl::Duration now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Duration NextWake(absl::Duration now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<size_t> Candidates(absl::Duration now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TryNodes(const std::vector<size_t>& candidates) ABSL_LOCKS_EXCLUDED(mutex_);
  void Opened(size_t node, std::unique_ptr<Connection> connection) ABSL_LOCKS_EXCLUDED(mutex_);
  void Failed(size_t node, const Status& why) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Idle> TakeIdleOfOthers(size_t node) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The watchdog's thread.
  void WatchDeadlines() ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  mutable absl::Mutex mutex_;
  absl::CondVar returned_;  // a connection is idle, or the state of the nodes changed
  absl::CondVar wanted_;    // the opener has something to do
  absl::CondVar watch_;     // an earlier deadline came in
  std::vector<NodeState> nodes_ ABSL_GUARDED_BY(mutex_);
  size_t active_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mutex_);
  std::multiset<std::pair<absl::Time, const Connection*>> lent_ ABSL_GUARDED_BY(mutex_);
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  bool probe_ ABSL_GUARDED_BY(mutex_) =
      false;  // a connection was lost: look whether the node still is there
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration outage_since_ ABSL_GUARDED_BY(mutex_) =
      absl::InfiniteDuration();  // steady; infinite: none
  absl::Duration fail_back_at_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
  std::thread opener_;
  std::thread watchdog_;
};

}  // namespace tstack::db
