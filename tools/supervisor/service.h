// One supervised process as a state machine: what should happen to it, without doing it. No I/O, no
// clock.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/time/time.h"

#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::supervisor {

// Ends that come sooner than this after the start are counted as one series of crashes.
inline constexpr absl::Duration kStable = absl::Seconds(30);
inline constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
inline constexpr absl::Duration kLongestPause = absl::Seconds(10);
inline constexpr int kCrashLoop = 5;

// Not thread-safe.
class Service {
 public:
  // What the owner has to do now.
  enum class Action { kNothing, kStart, kTerminate, kKill };

  explicit Service(v1::ServiceSpec spec) : spec_(std::move(spec)) {}

  const v1::ServiceSpec& spec() const { return spec_; }
  pid_t pid() const { return pid_; }

  // A spec that differs takes effect by a restart.
  void Ensure(v1::ServiceSpec spec, absl::Time now);
  void Restart(absl::Time now);
  void Stop();

  void OnStarted(pid_t pid, absl::Time now);
  // `end` is "exit code 1" or "signal 9"; also for a start that failed.
  void OnEnded(std::string end, absl::Time now);

  // Call after every event and at WakeAt(). Each action is returned once.
  Action Next(absl::Time now);
  // When Next() has to be asked again; InfiniteFuture if only an event can change something.
  absl::Time WakeAt() const;

  bool running() const { return pid_ > 0; }
  v1::ServiceStatus Status() const;

 private:
  void BackOff(absl::Time now);

  v1::ServiceSpec spec_;
  bool wanted_ = true;
  bool replace_ = false;  // ends so that it can start again at once
  pid_t pid_ = 0;
  absl::Time started_ = absl::InfinitePast();
  absl::Time start_at_ = absl::InfinitePast();
  absl::Time kill_at_ = absl::InfiniteFuture();
  bool terminated_ = false;  // SIGTERM was sent
  int series_ = 0;           // quick ends in a row
  int restarts_ = 0;
  std::string last_end_;
};

}  // namespace tstack::supervisor
