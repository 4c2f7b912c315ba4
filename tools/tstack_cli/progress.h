// What a person sees while something takes its time: one line a step, and a sign of life every two
// seconds.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::cli {

// Not thread-safe.
class Progress {
 public:
  explicit Progress(std::ostream& out, const Clock& clock = RealClock(),
                    Sleeper& sleeper = RealSleeper())
      : out_(out), clock_(clock), sleeper_(sleeper), start_(clock.Steady()) {}

  // Starts a step; "title (1.2 s)" is written by Done.
  void Begin(std::string_view title);
  void Done(std::string_view detail = {});
  // To be called while a step runs: writes "  title … 4 s, note" every two seconds.
  void Tick(std::string_view note = {});
  // One line.
  void Say(std::string_view line);

  // Begin, then asks until the answer is OK; the last answer is the error when `patience` is over.
  // kAborted ends the wait at once.
  Status WaitFor(std::string_view title, absl::Duration patience,
                 const std::function<Status()>& ask);

  absl::Duration elapsed() const { return clock_.Steady() - start_; }

 private:
  std::ostream& out_;
  const Clock& clock_;
  Sleeper& sleeper_;
  const absl::Duration start_;
  std::string title_;
  absl::Duration began_;
  absl::Duration told_;
};

// "4.2 s", "3 min", "5 h", "2 d".
std::string Short(absl::Duration duration);

}  // namespace tstack::cli
