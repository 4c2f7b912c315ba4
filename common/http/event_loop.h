// One thread of I/O as a connection sees it; implemented on Asio, faked in tests.
#pragma once

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace tstack::http {

// Runs one function at a time in the future. Destroying it cancels.
class Timer {
 public:
  virtual ~Timer() = default;
  // Replaces what was set before. On the loop's thread only.
  virtual void After(absl::Duration delay, std::function<void()> run) = 0;
  virtual void Cancel() = 0;
};

class EventLoop {
 public:
  virtual ~EventLoop() = default;
  // Runs later on the loop's thread, in order; dropped once the loop has ended. Thread-safe.
  virtual void Post(std::function<void()> run) = 0;
  virtual std::unique_ptr<Timer> MakeTimer() = 0;
  // Steady time.
  virtual absl::Duration Now() const = 0;
};

}  // namespace tstack::http
