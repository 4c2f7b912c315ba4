// An installation's supervisor as the commands use it.
#pragma once

#include <string>

#include "absl/time/time.h"

#include "common/status/status.h"
#include "tools/tstack_cli/instance.h"
#include "tools/tstack_cli/progress.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::cli {

// Held while a command changes an installation, so that two do not at once.
class CommandLock {
 public:
  // Waits at most 2 minutes for another command to end.
  static StatusOr<CommandLock> Take(const Instance& instance, Progress& progress);
  CommandLock(CommandLock&& other) noexcept;
  CommandLock(const CommandLock&) = delete;
  ~CommandLock();

 private:
  explicit CommandLock(int fd) : fd_(fd) {}
  int fd_;
};

// Starts it unless it runs; cleans up what a killed one has left.
Status EnsureSupervisor(const Instance& instance, Progress& progress);
bool IsSupervisorRunning(const Instance& instance);
// The daemon itself; returns when it has been shut down.
Status Supervise(const Instance& instance);

StatusOr<supervisor::v1::Reply> AskStatus(const Instance& instance);
Status EnsureProcess(const Instance& instance, const supervisor::v1::ServiceSpec& spec);
Status RestartProcess(const Instance& instance, const std::string& name);
// Returns when it has ended. OK if there is no such process.
Status StopProcess(const Instance& instance, const std::string& name, Progress& progress);
// Stops everything and the supervisor. OK if it does not run.
Status ShutDown(const Instance& instance, Progress& progress);

// Waits until `check` is OK. A process that keeps crashing ends the wait, and the error shows the
// end of its log.
Status WaitUntilReady(const Instance& instance, const std::string& process, absl::Duration patience,
                      Progress& progress, const std::function<Status()>& check);

// The last lines of a process's log, indented.
std::string LogTail(const Instance& instance, const std::string& process, int lines = 15);

}  // namespace tstack::cli
