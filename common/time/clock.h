// Time as a dependency. Production code never calls now() or sleep() itself: it takes a Clock and a
// Sleeper.
#pragma once

#include <stop_token>

#include "absl/time/time.h"

namespace tstack {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time, for stamps that people and other machines see.
  virtual absl::Time Now() const = 0;
  // Time since an arbitrary start, never set back: for deadlines, ages and beats.
  virtual absl::Duration Steady() const = 0;
};

// Thread-safe.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Blocks for `duration` or until `stop` is requested; false if stopped early.
  virtual bool Sleep(absl::Duration duration, std::stop_token stop = {}) = 0;
};

// The machine's own clock and sleep; live for the whole process.
Clock& RealClock();
Sleeper& RealSleeper();

}  // namespace tstack
