#include "tools/supervisor/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/log/log.h"
#include "tools/supervisor/child.h"
#include "tools/supervisor/control.h"
#include "tools/supervisor/process_table.h"

namespace tstack::supervisor {

struct Supervisor::Entry {
  Entry(v1::ServiceSpec spec, const std::string& log_path)
      : service(std::move(spec)), log(log_path) {}
  Service service;
  LogFile log;
  int output = -1;
};

struct Supervisor::Connection {
  ~Connection() { close(fd); }
  int fd = -1;
  std::string received;
};

Supervisor::Supervisor(SupervisorOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

Supervisor::~Supervisor() {
  for (const auto& entry : entries_) CloseOutput(*entry);
  if (listener_ >= 0) close(listener_);
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
  ASSIGN_OR_RETURN(listener_, ListenOn(options_.socket));
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
  for (const auto& entry : entries_) Act(*entry, entry->service.Next(clock_.Now()));
}

void Supervisor::Act(Entry& entry, Service::Action action) {
  const pid_t pid = entry.service.pid();
  switch (action) {
    case Service::Action::kStart:
      Start(entry);
      break;
    case Service::Action::kTerminate:
      kill(pid, SIGTERM);
      break;
    case Service::Action::kKill:
      log::Warn("process_killed", {{"process", entry.service.spec().name()}, {"pid", pid}},
                "it did not end in time after SIGTERM");
      kill(-pid, SIGKILL);
      break;
    case Service::Action::kNothing:
      break;
  }
}

void Supervisor::Start(Entry& entry) {
  const std::string& name = entry.service.spec().name();
  auto child = StartChild(entry.service.spec());
  if (!child.ok()) {
    entry.service.OnEnded(std::string(child.status().message()), clock_.Now());
    log::Error("process_start_failed", {{"process", name}, {"error", child.status()}});
    return;
  }
  CloseOutput(entry);
  entry.output = child->output;
  entry.service.OnStarted(child->pid, clock_.Now());
  log::Info("process_started", {{"process", name}, {"pid", child->pid}});
  const auto id = FindProcess(child->pid);
  if (!id) return;  // it is gone already
  const Status status = WritePidFile(options_.pids_dir + "/" + name + ".pid", *id);
  if (!status.ok()) log::Warn("pid_file_unwritable", {{"process", name}, {"error", status}});
}

void Supervisor::Poll() {
  std::vector<pollfd> watched = {{signals_, POLLIN, 0}, {listener_, POLLIN, 0}};
  for (const auto& entry : entries_) watched.push_back({entry->output, POLLIN, 0});
  for (const auto& connection : connections_) watched.push_back({connection->fd, POLLIN, 0});
  absl::Time wake = absl::InfiniteFuture();
  for (const auto& entry : entries_) wake = std::min(wake, entry->service.WakeAt());
  const absl::Duration pause =
      std::clamp(wake - clock_.Now(), absl::ZeroDuration(), absl::Hours(1));
  const int timeout =
      static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(pause, absl::Milliseconds(1))));
  if (poll(watched.data(), watched.size(), timeout) <= 0) return;

  const size_t outputs = entries_.size();
  for (size_t i = 0; i < outputs; ++i) {
    if (watched[2 + i].revents != 0) ReadOutput(*entries_[i]);
  }
  std::vector<std::unique_ptr<Connection>> open;
  for (size_t i = 0; i < connections_.size(); ++i) {
    const bool ready = watched[2 + outputs + i].revents != 0;
    if (!ready || Serve(*connections_[i])) open.push_back(std::move(connections_[i]));
  }
  connections_ = std::move(open);
  if (watched[0].revents != 0) OnSignal();
  if (watched[1].revents != 0) Accept();
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
    Entry* entry = FindPid(pid);
    if (entry == nullptr) continue;
    kill(-pid, SIGKILL);  // what is left of its group
    ReadOutput(*entry);
    const std::string end = DescribeEnd(status);
    log::Info("process_ended",
              {{"process", entry->service.spec().name()}, {"pid", pid}, {"end", end}});
    entry->service.OnEnded(end, clock_.Now());
    unlink((options_.pids_dir + "/" + entry->service.spec().name() + ".pid").c_str());
  }
}

void Supervisor::ReadOutput(Entry& entry) {
  char buffer[65536];
  while (entry.output >= 0) {
    const ssize_t n = read(entry.output, buffer, sizeof(buffer));
    if (n > 0) {
      entry.log.Write({buffer, static_cast<size_t>(n)});
      if (n < static_cast<ssize_t>(sizeof(buffer))) return;
    } else if (n == 0) {
      CloseOutput(entry);
    } else {
      return;
    }
  }
}

void Supervisor::CloseOutput(Entry& entry) {
  if (entry.output >= 0) close(std::exchange(entry.output, -1));
}

void Supervisor::Accept() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  connections_.push_back(std::make_unique<Connection>());
  connections_.back()->fd = fd;
}

// False if the connection is to be closed. Replies are small: they fit into the socket's buffer or
// the peer is broken.
bool Supervisor::Serve(Connection& connection) {
  char buffer[4096];
  const ssize_t n = recv(connection.fd, buffer, sizeof(buffer), 0);
  if (n <= 0) return n < 0 && errno == EAGAIN;
  connection.received.append(buffer, n);
  while (true) {
    auto request = TakeRequest(connection.received);
    if (!request.ok()) return false;
    if (!request->has_value()) return true;
    const std::string reply = Frame(Answer(**request));
    if (send(connection.fd, reply.data(), reply.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(reply.size())) {
      return false;
    }
  }
}

v1::Reply Supervisor::Answer(const v1::Request& request) {
  v1::Reply reply;
  const bool by_name = request.has_restart() || request.has_stop();
  const std::string& name =
      request.has_restart() ? request.restart().name() : request.stop().name();
  Entry* const entry = by_name ? Find(name) : nullptr;
  if (by_name && entry == nullptr) {
    reply.set_error("there is no process " + name);
  } else if (shutting_down_ && (request.has_ensure() || request.has_restart())) {
    reply.set_error("the supervisor is shutting down");
  } else if (request.has_ensure()) {
    Ensure(request.ensure().spec());
  } else if (request.has_restart()) {
    entry->service.Restart(clock_.Now());
  } else if (request.has_stop()) {
    entry->service.Stop();
  } else if (request.has_shutdown()) {
    shutting_down_ = true;
  }
  Advance();
  for (const auto& each : entries_) *reply.add_services() = each->service.Status();
  reply.set_supervisor_pid(getpid());
  return reply;
}

void Supervisor::Ensure(const v1::ServiceSpec& spec) {
  if (Entry* entry = Find(spec.name())) {
    entry->service.Ensure(spec, clock_.Now());
    return;
  }
  entries_.push_back(std::make_unique<Entry>(spec, options_.log_dir + "/" + spec.name() + ".log"));
}

void Supervisor::KillLeftovers() {
  for (int round = 0; round < 100; ++round) {
    const auto tree = TreeOf(getpid());
    if (tree.size() == 1) return;
    for (size_t i = 1; i < tree.size(); ++i) kill(tree[i], SIGKILL);
    waitpid(-1, nullptr, 0);
  }
}

Supervisor::Entry* Supervisor::Find(const std::string& name) {
  for (const auto& entry : entries_) {
    if (entry->service.spec().name() == name) return entry.get();
  }
  return nullptr;
}

Supervisor::Entry* Supervisor::FindPid(pid_t pid) {
  for (const auto& entry : entries_) {
    if (entry->service.pid() == pid) return entry.get();
  }
  return nullptr;
}

}  // namespace tstack::supervisor
