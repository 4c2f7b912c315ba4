// The stream of authority changes: one reader of the database, many watching gateways.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/rpc/handlers.h"
#include "common/time/clock.h"
#include "tstack/identity/v1/authority.pb.h"

namespace tstack::identity::auth {

struct Change {
  int64_t seq = 0;
  v1::Dependency what;
};

// What one fresh look at the database shows.
struct ChangeBatch {
  int64_t head = 0;             // newest seq
  std::string history;          // names the numbering: another one after a restore
  std::vector<Change> changes;  // after the asked one, in order; the oldest may have been purged
  bool more = false;            // the batch was cut at its limit
};

// Thread-safe.
class ChangeReader {
 public:
  virtual ~ChangeReader() = default;
  // Sees everything committed before the call began (wsrep_sync_wait=1). kUnavailable if the
  // database is out of reach.
  virtual StatusOr<ChangeBatch> Read(const CallContext& ctx, int64_t after_seq) = 0;
};
std::unique_ptr<ChangeReader> MakeSqlChangeReader(db::Database& database);

// What a look has shown, for caches in this process.
struct Look {
  absl::Duration began;  // Clock::Steady; everything that was committed before is in it
  const ChangeBatch& batch;
};

struct ChangeFeedOptions {
  absl::Duration beat = absl::Milliseconds(200);
  size_t history = 4096;  // changes kept for watchers that come back
  // At least this long between looks, however often it is woken.
  absl::Duration rest = absl::Milliseconds(10);
};

// Thread-safe. Run() belongs to one thread of the process; Watch() to one thread a watcher.
class ChangeFeed {
 public:
  ChangeFeed(ChangeReader& reader, const Clock& clock, const ChangeFeedOptions& options)
      : reader_(reader), clock_(clock), options_(options) {}

  // Looks at the database once and tells all watchers: changes, and a beat if the look took less
  // than one beat (what an older look proves is too old). Without an answer the watchers hear
  // nothing.
  Status Poll(const CallContext& ctx);
  // Polls every beat, and soon after Wake(), until `stop`, then ends all watchers: a process that
  // stops waits for none.
  void Run(std::stop_token stop, Sleeper& sleeper);
  // There is, or must be, something new. Never blocks.
  void Wake();
  // Runs after each look that succeeded, before watchers hear of it. Set before Run().
  void SetListener(std::function<void(const Look&)> listener) { listener_ = std::move(listener); }

  // Sends changes after `after_seq` (0: from now on) and beats to `sink` until ctx or Run() ends or
  // the sink fails. A watcher that missed more than the history holds gets one EVERYTHING first.
  Status Watch(const CallContext& ctx, int64_t after_seq, const rpc::Sink<v1::AuthEvent>& sink);

 private:
  struct Place {
    int64_t seq = 0;    // sent up to here
    uint64_t beat = 0;  // beats seen
    bool started = false;
  };
  bool HasNews(const Place& place) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::vector<v1::AuthEvent> Collect(Place& place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Append(const ChangeBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Rest(std::stop_token stop, Sleeper& sleeper);

  ChangeReader& reader_;
  const Clock& clock_;
  const ChangeFeedOptions options_;
  std::function<void(const Look&)> listener_;
  absl::Mutex mutex_;
  std::stop_source waking_ ABSL_GUARDED_BY(mutex_);  // stops the sleep between two looks
  std::string name_ ABSL_GUARDED_BY(mutex_);         // of the history that was read
  std::deque<Change> history_ ABSL_GUARDED_BY(mutex_);
  int64_t history_after_ ABSL_GUARDED_BY(mutex_) =
      0;                                      // the history holds everything after this seq
  int64_t head_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: nothing was read yet
  uint64_t beats_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tstack::identity::auth
