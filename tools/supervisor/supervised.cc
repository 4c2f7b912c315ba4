#include "tools/supervisor/supervised.h"

#include <signal.h>
#include <unistd.h>

#include <utility>

#include "common/log/log.h"
#include "tools/supervisor/child.h"
#include "tools/supervisor/process_table.h"

namespace tstack::supervisor {

void Supervised::Act(Service::Action action) {
  const pid_t pid = service.pid();
  switch (action) {
    case Service::Action::kStart:
      Start();
      break;
    case Service::Action::kTerminate:
      kill(pid, SIGTERM);
      break;
    case Service::Action::kKill:
      log::Warn("process_killed", {{"process", name()}, {"pid", pid}},
                "it did not end in time after SIGTERM");
      kill(-pid, SIGKILL);
      break;
    case Service::Action::kNothing:
      break;
  }
}

void Supervised::Start() {
  auto child = StartChild(service.spec());
  if (!child.ok()) {
    service.OnEnded(std::string(child.status().message()), clock_.Now());
    log::Error("process_start_failed", {{"process", name()}, {"error", child.status()}});
    return;
  }
  CloseOutput();
  output_ = child->output;
  service.OnStarted(child->pid, clock_.Now());
  log::Info("process_started", {{"process", name()}, {"pid", child->pid}});
  const auto id = FindProcess(child->pid);
  if (!id) return;  // it is gone already
  const Status status = WritePidFile(pid_file_, *id);
  if (!status.ok()) log::Warn("pid_file_unwritable", {{"process", name()}, {"error", status}});
}

void Supervised::ReadOutput() {
  char buffer[65536];
  while (output_ >= 0) {
    const ssize_t n = read(output_, buffer, sizeof(buffer));
    if (n > 0) {
      log_.Write({buffer, static_cast<size_t>(n)});
      if (n < static_cast<ssize_t>(sizeof(buffer))) return;
    } else if (n == 0) {
      CloseOutput();
    } else {
      return;
    }
  }
}

void Supervised::OnEnded(int wait_status) {
  const pid_t pid = service.pid();
  kill(-pid, SIGKILL);  // what is left of its group
  ReadOutput();
  const std::string end = DescribeEnd(wait_status);
  log::Info("process_ended", {{"process", name()}, {"pid", pid}, {"end", end}});
  service.OnEnded(end, clock_.Now());
  unlink(pid_file_.c_str());
}

void Supervised::CloseOutput() {
  if (output_ >= 0) close(std::exchange(output_, -1));
}

}  // namespace tstack::supervisor
