// SIGTERM and SIGINT as a stop token.
#pragma once

#include <signal.h>

#include <stop_token>
#include <thread>

#include "absl/synchronization/notification.h"

namespace tstack::telemetry {

// Make it before any other thread exists: it blocks the two signals in the calling thread, and
// threads inherit that. The first signal requests the stop, a second one ends the process at once.
// The destructor restores the calling thread's mask. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  void Wait() { stopped_.WaitForNotification(); }

 private:
  void Listen();
  void OnSignal(int signal);

  std::stop_source stop_;
  absl::Notification stopped_;
  sigset_t previous_mask_;
  int signals_fd_;
  int end_fd_;
  std::thread thread_;
};

}  // namespace tstack::telemetry
