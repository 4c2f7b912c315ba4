#include "tools/tstack_cli/supervision.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/log/log.h"
#include "tools/supervisor/control.h"
#include "tools/supervisor/launch.h"
#include "tools/supervisor/supervisor.h"
#include "tools/tstack_cli/files.h"

namespace tstack::cli {
namespace {

using supervisor::v1::Reply;
using supervisor::v1::Request;
using supervisor::v1::ServiceStatus;

// Whoever else could make sockets in that folder could answer instead.
StatusOr<Reply> Ask(const Instance& instance, const Request& request) {
  RETURN_IF_ERROR(CheckPrivateDirectory(instance.run_dir()));
  return supervisor::Ask(instance.supervisor_socket(), request);
}

const ServiceStatus* FindProcess(const Reply& reply, const std::string& name) {
  for (const ServiceStatus& status : reply.services()) {
    if (status.name() == name) return &status;
  }
  return nullptr;
}

std::string Names(const Reply& reply) {
  std::vector<std::string> names;
  for (const ServiceStatus& status : reply.services()) {
    if (status.pid() != 0) names.push_back(status.name());
  }
  return absl::StrJoin(names, ", ");
}

// A supervisor that lives but does not answer is as good as dead; its children die with it.
void RemoveDeadSupervisor(const Instance& instance) {
  if (const auto id = supervisor::ReadPidFile(instance.supervisor_pid_file())) {
    kill(id->pid, SIGKILL);
    supervisor::WaitForEnd(*id, absl::Seconds(5));
  }
  supervisor::KillRemains(instance.pids_dir());
}

}  // namespace

StatusOr<CommandLock> CommandLock::Take(const Instance& instance, Progress& progress) {
  RETURN_IF_ERROR(EnsureDirectory(instance.data()));
  RETURN_IF_ERROR(EnsureDirectory(instance.Path("run")));
  const int fd =
      open(instance.Path("run/command.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  CommandLock lock(fd);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  RETURN_IF_ERROR(
      progress.WaitFor("wait for another tstack command", absl::Minutes(2), [fd]() -> Status {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
        return Error(StatusCode::kUnavailable, "LOCKED",
                     "another command works on this installation");
      }));
  return lock;
}

CommandLock::CommandLock(CommandLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
CommandLock::~CommandLock() {
  if (fd_ >= 0) close(fd_);
}

bool IsSupervisorRunning(const Instance& instance) { return AskStatus(instance).ok(); }

Status EnsureSupervisor(const Instance& instance, Progress& progress) {
  if (IsSupervisorRunning(instance)) return absl::OkStatus();
  RemoveDeadSupervisor(instance);
  RETURN_IF_ERROR(supervisor::StartDaemon({SelfPath(), "supervise", "--data", instance.data()},
                                          instance.log("supervisor")));
  return progress.WaitFor("start the supervisor", absl::Seconds(10),
                          [&] { return AskStatus(instance).status(); });
}

Status Supervise(const Instance& instance) {
  log::SetService("supervisor");
  supervisor::SupervisorOptions options;
  options.socket = instance.supervisor_socket();
  options.log_dir = instance.Path("logs");
  options.pid_file = instance.supervisor_pid_file();
  options.pids_dir = instance.pids_dir();
  return supervisor::Supervisor(options).Run();
}

StatusOr<Reply> AskStatus(const Instance& instance) {
  Request request;
  request.mutable_status();
  return Ask(instance, request);
}

Status EnsureProcess(const Instance& instance, const supervisor::v1::ServiceSpec& spec) {
  Request request;
  *request.mutable_ensure()->mutable_spec() = spec;
  return Ask(instance, request).status();
}

Status RestartProcess(const Instance& instance, const std::string& name) {
  Request request;
  request.mutable_restart()->set_name(name);
  return Ask(instance, request).status();
}

Status StopProcess(const Instance& instance, const std::string& name, Progress& progress) {
  ASSIGN_OR_RETURN(const Reply before, AskStatus(instance));
  const ServiceStatus* const status = FindProcess(before, name);
  if (status == nullptr || status->state() == ServiceStatus::STOPPED) return absl::OkStatus();
  Request request;
  request.mutable_stop()->set_name(name);
  RETURN_IF_ERROR(Ask(instance, request).status());
  return progress.WaitFor("stop " + name, absl::Minutes(2), [&]() -> Status {
    ASSIGN_OR_RETURN(const Reply reply, AskStatus(instance));
    if (FindProcess(reply, name)->state() == ServiceStatus::STOPPED) return absl::OkStatus();
    return Error(StatusCode::kUnavailable, "STOPPING", "it still runs");
  });
}

Status ShutDown(const Instance& instance, Progress& progress) {
  const auto id = supervisor::ReadPidFile(instance.supervisor_pid_file());
  Request request;
  request.mutable_shutdown();
  const auto asked = Ask(instance, request);
  if (!asked.ok()) {
    RemoveDeadSupervisor(instance);
    return absl::OkStatus();
  }
  return progress.WaitFor("stop all processes", absl::Minutes(3), [&]() -> Status {
    if (!id || !supervisor::IsAlive(*id)) return absl::OkStatus();
    const auto reply = AskStatus(instance);
    return Error(StatusCode::kUnavailable, "STOPPING", reply.ok() ? Names(*reply) : "almost done");
  });
}

Status WaitUntilReady(const Instance& instance, const std::string& process, absl::Duration patience,
                      Progress& progress, const std::function<Status()>& check) {
  const Status status = progress.WaitFor("start " + process, patience, [&]() -> Status {
    const Status ready = check();
    if (ready.ok()) return ready;
    ASSIGN_OR_RETURN(const Reply reply, AskStatus(instance));
    const ServiceStatus* const found = FindProcess(reply, process);
    if (found == nullptr || !found->crash_loop()) return ready;
    return Error(StatusCode::kAborted, "CRASH_LOOP",
                 absl::StrCat("it keeps ending with ", found->last_end()));
  });
  if (status.ok()) return status;
  return Error(status.code(), ReasonOf(status),
               absl::StrCat(std::string(status.message()), "\n", LogTail(instance, process),
                            "\nThe whole log: ", instance.log(process)));
}

std::string LogTail(const Instance& instance, const std::string& process, int lines) {
  const auto text = ReadFile(instance.log(process));
  if (!text.ok()) return "    (no log)";
  std::vector<std::string> all = absl::StrSplit(*text, '\n', absl::SkipEmpty());
  if (static_cast<int>(all.size()) > lines) all.erase(all.begin(), all.end() - lines);
  for (std::string& line : all) line = "    " + line;
  return absl::StrJoin(all, "\n");
}

}  // namespace tstack::cli
