#include "tools/supervisor/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/log/log.h"
#include "tools/supervisor/process_table.h"

namespace tstack::supervisor {

Supervisor::Supervisor(SupervisorOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      control_([this](const v1::Request& request) { return Answer(request); }) {}

Supervisor::~Supervisor() {
  if (signals_ >= 0) close(signals_);
}

Status Supervisor::Run() {
  RETURN_IF_ERROR(Open());
  log::Info("supervisor_started", {{"pid", getpid()}});
  Loop();
  KillLeftovers();
  unlink(options_.socket.c_str());
  unlink(options_.pid_file.c_str());
  log::Info("supervisor_stopped");
  return absl::OkStatus();
}

Status Supervisor::Open() {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t handled;
  sigemptyset(&handled);
  for (int signal : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&handled, signal);
  sigprocmask(SIG_BLOCK, &handled, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signals_ = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
  RETURN_IF_ERROR(control_.Listen(options_.socket));
  return WritePidFile(options_.pid_file, *FindProcess(getpid()));
}

void Supervisor::Loop() {
  const auto busy = [this] {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const auto& entry) { return entry->service.running(); });
  };
  while (!shutting_down_ || busy()) {
    if (shutting_down_) ShutDownNext();
    Advance();
    Poll();
  }
}

// Stops one after the other, the last started first: nobody loses what it depends on before its own
// end.
void Supervisor::ShutDownNext() {
  for (const auto& entry : entries_) {
    if (!entry->service.running()) entry->service.Stop();
  }
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (!(*entry)->service.running()) continue;
    (*entry)->service.Stop();
    return;
  }
}

void Supervisor::Advance() {
  for (const auto& entry : entries_) entry->Act(entry->service.Next(clock_.Now()));
}

void Supervisor::Poll() {
  std::vector<pollfd> watched = {{signals_, POLLIN, 0}};
  for (const auto& entry : entries_) watched.push_back({entry->output(), POLLIN, 0});
  control_.Watch(&watched);
  if (poll(watched.data(), watched.size(), UntilNextWake()) <= 0) return;

  const size_t outputs = entries_.size();  // a request may add entries
  for (size_t i = 0; i < outputs; ++i) {
    if (watched[1 + i].revents != 0) entries_[i]->ReadOutput();
  }
  control_.Handle(&watched[1 + outputs]);
  if (watched[0].revents != 0) OnSignal();
}

// Milliseconds until a service has to be looked at though nothing happens.
int Supervisor::UntilNextWake() const {
  absl::Time wake = absl::InfiniteFuture();
  for (const auto& entry : entries_) wake = std::min(wake, entry->service.WakeAt());
  const absl::Duration pause =
      std::clamp(wake - clock_.Now(), absl::ZeroDuration(), absl::Hours(1));
  return static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(pause, absl::Milliseconds(1))));
}

void Supervisor::OnSignal() {
  signalfd_siginfo info;
  while (read(signals_, &info, sizeof(info)) == sizeof(info)) {
    if (info.ssi_signo != SIGCHLD) shutting_down_ = true;
  }
  Reap();
}

// Also of orphans that are not ours by birth.
void Supervisor::Reap() {
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (Supervised* const entry = FindPid(pid)) entry->OnEnded(status);
  }
}

v1::Reply Supervisor::Answer(const v1::Request& request) {
  v1::Reply reply;
  const Status done = Obey(request);
  if (!done.ok()) reply.set_error(std::string(done.message()));
  Advance();
  for (const auto& each : entries_) *reply.add_services() = each->service.Status();
  reply.set_supervisor_pid(getpid());
  return reply;
}

Status Supervisor::Obey(const v1::Request& request) {
  if (shutting_down_ && (request.has_ensure() || request.has_restart())) {
    return Error(StatusCode::kFailedPrecondition, "SHUTTING_DOWN",
                 "the supervisor is shutting down");
  }
  if (request.has_shutdown()) shutting_down_ = true;
  if (request.has_ensure()) Ensure(request.ensure().spec());
  if (!request.has_restart() && !request.has_stop()) return absl::OkStatus();
  const std::string& name =
      request.has_restart() ? request.restart().name() : request.stop().name();
  Supervised* const entry = Find(name);
  if (entry == nullptr) {
    return Error(StatusCode::kNotFound, "NO_PROCESS", "there is no process " + name);
  }
  if (request.has_restart()) {
    entry->service.Restart(clock_.Now());
  } else {
    entry->service.Stop();
  }
  return absl::OkStatus();
}

void Supervisor::Ensure(const v1::ServiceSpec& spec) {
  if (Supervised* const entry = Find(spec.name())) {
    entry->service.Ensure(spec, clock_.Now());
    return;
  }
  entries_.push_back(
      std::make_unique<Supervised>(spec, options_.log_dir + "/" + spec.name() + ".log",
                                   options_.pids_dir + "/" + spec.name() + ".pid", clock_));
}

void Supervisor::KillLeftovers() {
  for (int round = 0; round < 100; ++round) {
    const auto tree = TreeOf(getpid());
    if (tree.size() == 1) return;
    for (size_t i = 1; i < tree.size(); ++i) kill(tree[i], SIGKILL);
    waitpid(-1, nullptr, 0);
  }
}

Supervised* Supervisor::Find(const std::string& name) {
  for (const auto& entry : entries_) {
    if (entry->service.spec().name() == name) return entry.get();
  }
  return nullptr;
}

Supervised* Supervisor::FindPid(pid_t pid) {
  for (const auto& entry : entries_) {
    if (entry->service.pid() == pid) return entry.get();
  }
  return nullptr;
}

}  // namespace tstack::supervisor
