// The connections of one Database: bounded, on one preferred node of an ordered list, with
// fail-over and fail-back. Internal to this folder.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/context/call_context.h"
#include "common/db/connection.h"
#include "common/db/nodes.h"

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
  // True if a plain read here sees what was committed before it: no cluster, or at its usual
  // writer.
  bool settled() const { return settled_; }
  // The caller has lost interest: a statement that does not end within a moment is cut off. For any
  // thread, but not at the same time as Drop, a move or the end.
  void Hurry() const;
  // Gives the connection up: it is closed. `fault` tells the pool whether its node is to blame.
  void Drop(Fault fault);

 private:
  friend class Pool;
  Pool* pool_ = nullptr;
  std::unique_ptr<Connection> connection_;
  size_t node_ = 0;
  size_t slot_ = 0;
  bool settled_ = true;
};

// Thread-safe. Two threads of its own: one opens connections (so that no caller hangs in a
// connect), one cuts connections whose deadline passed. All leases must be back before it is
// destroyed.
class Pool {
 public:
  Pool(const Options& options, std::vector<Node> nodes);
  ~Pool();

  // Waits for a connection until ctx.deadline, ctx.stop, or until no node has accepted one for
  // options.patience. Prefers one that is in `session` already. kUnavailable: DATABASE_UNAVAILABLE
  // (no node) or DATABASE_BUSY (all connections lent out).
  StatusOr<Lease> Acquire(const CallContext& ctx, Session session) ABSL_LOCKS_EXCLUDED(mutex_);

  // The error for a call that found no database; with a hint when to retry.
  Status Unavailable() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class Lease;

  struct Idle {
    std::unique_ptr<Connection> connection;
    size_t node;
  };

  // What the watchdog sees of a lease.
  struct Lent {
    const Connection* connection = nullptr;  // null: the slot is free
    absl::Time until;
    bool hurried = false;  // the caller's wish, not the server's fault
    bool cut = false;
  };

  Status WaitForIdle(const CallContext& ctx, absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  Lease Lend(Session session, absl::Time deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status WhyNot(const std::stop_token& stop, absl::Time deadline) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status UnavailableLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveBack(Lease& lease, Fault fault) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Idle> TakeIdle(size_t node, bool of_others) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Leases and the watchdog's thread (watchdog.cc).
  size_t Watch(const Connection& connection, absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Lent Unwatch(size_t slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  size_t LentOut() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Hurry(size_t slot) ABSL_LOCKS_EXCLUDED(mutex_);
  void WakeWatchdog(absl::Time deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WatchDeadlines() ABSL_LOCKS_EXCLUDED(mutex_);

  // The opener's thread (opener.cc).
  void OpenConnections() ABSL_LOCKS_EXCLUDED(mutex_);
  void WishForOtherKind() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MayGrow() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool WantsConnection() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<size_t> Candidates(absl::Duration now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Duration NextWake(absl::Duration now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TryNodes(const std::vector<size_t>& candidates) ABSL_LOCKS_EXCLUDED(mutex_);
  void Opened(size_t node, std::unique_ptr<Connection> connection) ABSL_LOCKS_EXCLUDED(mutex_);
  void Failed(size_t node, const Status& why) ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  Clock& clock_;
  mutable absl::Mutex mutex_;
  absl::CondVar returned_;  // a connection is idle, or the state of the nodes changed
  absl::CondVar wanted_;    // the opener has something to do
  absl::CondVar watch_;     // an earlier deadline came in
  Nodes nodes_ ABSL_GUARDED_BY(mutex_);
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mutex_);
  std::vector<Lent> lent_ ABSL_GUARDED_BY(mutex_);
  std::vector<size_t> free_slots_ ABSL_GUARDED_BY(mutex_);
  absl::Time watching_until_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  // A connection was lost: look whether the node still is there.
  bool probe_ ABSL_GUARDED_BY(mutex_) = false;
  // A call had to change the session of its connection: one more would help.
  bool other_kind_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Steady; infinite: none.
  absl::Duration outage_since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteDuration();
  absl::Duration fail_back_at_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
  std::thread opener_;
  std::thread watchdog_;
};

}  // namespace tstack::db
