// The production Hasher: bcrypt on a bounded pool of low-priority threads.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/ids/ids.h"
#include "common/time/clock.h"
#include "services/identity/passwords/hasher.h"
#include "services/identity/passwords/hasher_metrics.h"

namespace tstack::identity::passwords {

struct PooledHasherOptions {
  int cost = 12;
  int threads = 0;  // 0: one a processor
  int queue = 64;   // callers that may wait; more are refused
};

// The threads run at a lower priority than the rest of the process, so that a storm of logins takes
// only the processor time that token checks leave over.
//
// A caller is refused at once if the queue is full, or if its deadline would pass before its turn
// is over: it had better come back later than wait for nothing.
class PooledHasher final : public Hasher {
 public:
  PooledHasher(const PooledHasherOptions& options, IdSource& ids, HasherMetrics* metrics = nullptr);
  // No call may be running.
  ~PooledHasher() override;

  StatusOr<std::string> Hash(const CallContext& ctx, std::string_view password) override;
  StatusOr<bool> Verify(const CallContext& ctx, std::string_view password,
                        std::string_view hash) override;
  Status VerifyNothing(const CallContext& ctx, std::string_view password) override;
  bool Outdated(std::string_view hash) const override;

  // Callers that wait at this moment: for the gauge.
  int waiting() const;
  int threads() const { return static_cast<int>(threads_.size()); }

 private:
  struct Job;
  void Work();
  void RunJob(Job& job);
  // Runs `work` on the pool and waits for it.
  Status Run(const CallContext& ctx, std::function<void()> work);
  Status Enqueue(const CallContext& ctx, const std::shared_ptr<Job>& job);
  // How long a call that comes now would take.
  absl::Duration ExpectedTime() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void ShowWaiting() ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Status Await(const CallContext& ctx, const std::shared_ptr<Job>& job);

  const PooledHasherOptions options_;
  IdSource& ids_;
  HasherMetrics* const metrics_;
  const Clock& clock_ = RealClock();
  std::string dummy_hash_;
  mutable absl::Mutex mutex_;
  std::deque<std::shared_ptr<Job>> jobs_ ABSL_GUARDED_BY(mutex_);
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration hash_time_ ABSL_GUARDED_BY(mutex_);  // moving average
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace tstack::identity::passwords
