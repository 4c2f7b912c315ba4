// Repeating faults: the first is told, later ones are only counted until an interval has passed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/time/clock.h"

namespace tstack::log {

// Thread-safe. Keys must come from a small set (peer names, not request ids): each is remembered.
class FaultLimiter {
 public:
  FaultLimiter(const Clock& clock, absl::Duration interval) : clock_(clock), interval_(interval) {}

  // nullopt: say nothing. Else how many faults of this key were swallowed since the last one that
  // was told.
  std::optional<int64_t> Admit(std::string_view key);
  // The fault is over: the next one is told at once. True if there had been one.
  bool Clear(std::string_view key);

 private:
  struct Seen {
    absl::Duration told;
    int64_t swallowed = 0;
  };
  const Clock& clock_;
  const absl::Duration interval_;
  absl::Mutex mutex_;
  std::map<std::string, Seen, std::less<>> seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tstack::log
