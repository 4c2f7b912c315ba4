// Whether a process wants traffic.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/status/status.h"

namespace tstack::telemetry {

// Thread-safe. Checks are asked only while the process is ready, one at a time: after Stop() has
// returned none runs, and what they look at may go.
class Readiness {
 public:
  using Check = std::function<Status()>;
  void Add(std::string name, Check check);
  void SetReady();
  // For good.
  void Stop();
  // OK, or kUnavailable with one line for each reason.
  Status Ask() const;

 private:
  enum class State { kStarting, kReady, kStopping };
  mutable absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kStarting;
  std::vector<std::pair<std::string, Check>> checks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tstack::telemetry
