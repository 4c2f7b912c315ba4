// Child processes of tests: they die with the test, and their output can be read.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status.h"

namespace tstack::testing {

struct ProcessOptions {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH
  std::vector<std::string> environment;  // "NAME=value", added to this process's
  std::string directory;                 // working directory; "" = this process's
  std::string log_file;                  // stdout and stderr are appended here; "" = /dev/null
  std::string user;                      // run as this user (only if this process is root)
};

// One child. Gets SIGKILL when the thread that started it ends (PR_SET_PDEATHSIG) or when this
// object goes. Not thread-safe.
class Process {
 public:
  static StatusOr<Process> Start(const ProcessOptions& options);
  Process() = default;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t pid() const { return pid_; }
  bool Running();                 // reaps
  void Signal(int signal) const;  // nothing if it ended
  // Waits for its end; exit code, or 128 + signal. kDeadlineExceeded if it still runs.
  StatusOr<int> Wait(absl::Duration timeout);
  // SIGTERM, `patience`, SIGKILL; reaped on return.
  void Stop(absl::Duration patience = absl::Seconds(10));
  void Kill9();  // reaped on return

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

// Runs to the end and returns exit code and output (stdout and stderr mixed).
struct Finished {
  int exit_code = 0;
  std::string output;
};
StatusOr<Finished> Run(ProcessOptions options, absl::Duration timeout = absl::Seconds(60));

}  // namespace tstack::testing
