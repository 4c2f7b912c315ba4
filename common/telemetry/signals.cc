#include "common/telemetry/signals.h"

#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdlib>

#include "common/log/log.h"

namespace tstack::telemetry {
namespace {

// A process that cannot have two descriptors at its start cannot do anything.
int Descriptor(int fd) {
  if (fd < 0) std::abort();
  return fd;
}

}  // namespace

StopSignals::StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, &previous_mask_);
  signals_fd_ = Descriptor(signalfd(-1, &signals, SFD_CLOEXEC));
  end_fd_ = Descriptor(eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this] { Listen(); });
}

StopSignals::~StopSignals() {
  eventfd_write(end_fd_, 1);
  thread_.join();
  close(signals_fd_);
  close(end_fd_);
  pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
}

void StopSignals::Listen() {
  pollfd waiting[] = {{signals_fd_, POLLIN, 0}, {end_fd_, POLLIN, 0}};
  while (true) {
    if (poll(waiting, 2, -1) < 0) continue;  // EINTR
    if (waiting[1].revents != 0) return;
    signalfd_siginfo info;
    if (read(signals_fd_, &info, sizeof(info)) == sizeof(info)) {
      OnSignal(static_cast<int>(info.ssi_signo));
    }
  }
}

void StopSignals::OnSignal(int signal) {
  if (stop_.stop_requested()) {
    log::Warn("process_killed", {{"signal", strsignal(signal)}}, "asked twice: no drain");
    std::_Exit(128 + signal);
  }
  log::Info("process_stopping", {{"signal", strsignal(signal)}});
  stop_.request_stop();
  stopped_.Notify();
}

}  // namespace tstack::telemetry
