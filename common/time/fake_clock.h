// A clock that stands still until told to move, and a sleeper that moves it. For tests.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/time/clock.h"

namespace tstack {

// Thread-safe. Sleep() returns at once after advancing the clock by the whole duration.
class FakeClock final : public Clock, public Sleeper {
 public:
  explicit FakeClock(absl::Time start = absl::FromUnixSeconds(1'800'000'000)) : now_(start) {}

  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  absl::Duration Steady() const override {
    absl::MutexLock lock(&mutex_);
    return steady_;
  }
  void Advance(absl::Duration duration) {
    absl::MutexLock lock(&mutex_);
    now_ += duration;
    steady_ += duration;
  }
  // Wall time jumps, steady time does not: what NTP or an operator may do.
  void SetNow(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }
  bool Sleep(absl::Duration duration, std::stop_token stop = {}) override {
    if (stop.stop_requested()) return false;
    Advance(duration);
    return true;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  absl::Duration steady_ ABSL_GUARDED_BY(mutex_) = absl::Seconds(1000);
};

}  // namespace tstack
