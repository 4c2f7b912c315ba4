#include "tools/supervisor/service.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/util/message_differencer.h"

namespace tstack::supervisor {

void Service::Ensure(v1::ServiceSpec spec, absl::Time now) {
  const bool same = google::protobuf::util::MessageDifferencer::Equals(spec, spec_);
  spec_ = std::move(spec);
  if (running() && !same) return Restart(now);
  if (!wanted_ || !running()) {
    wanted_ = true;
    series_ = 0;
    start_at_ = now;
  }
}

void Service::Restart(absl::Time now) {
  wanted_ = true;
  series_ = 0;
  start_at_ = now;
  replace_ = running();
}

void Service::Stop() {
  wanted_ = false;
  replace_ = false;
}

void Service::OnStarted(pid_t pid, absl::Time now) {
  pid_ = pid;
  started_ = now;
  terminated_ = false;
  replace_ = false;
  kill_at_ = absl::InfiniteFuture();
}

void Service::OnEnded(std::string end, absl::Time now) {
  const bool expected = terminated_;
  pid_ = 0;
  terminated_ = false;
  replace_ = false;
  kill_at_ = absl::InfiniteFuture();
  if (expected) {
    start_at_ = now;
    return;
  }
  last_end_ = std::move(end);
  ++restarts_;
  BackOff(now);
}

void Service::BackOff(absl::Time now) {
  series_ = now - started_ < kStable ? series_ + 1 : 1;
  const int doublings = std::min(series_ - 1, 20);
  start_at_ = now + std::min(kFirstPause * (1 << doublings), kLongestPause);
}

Service::Action Service::Next(absl::Time now) {
  if (!running()) {
    if (!wanted_ || now < start_at_) return Action::kNothing;
    start_at_ = absl::InfiniteFuture();  // until OnStarted or OnEnded
    return Action::kStart;
  }
  if (wanted_ && !replace_) return Action::kNothing;
  if (!terminated_) {
    terminated_ = true;
    const int timeout = spec_.stop_timeout_ms() > 0 ? spec_.stop_timeout_ms() : 10'000;
    kill_at_ = now + absl::Milliseconds(timeout);
    return Action::kTerminate;
  }
  if (now < kill_at_) return Action::kNothing;
  kill_at_ = absl::InfiniteFuture();
  return Action::kKill;
}

absl::Time Service::WakeAt() const {
  if (running()) return kill_at_;
  return wanted_ ? start_at_ : absl::InfiniteFuture();
}

v1::ServiceStatus Service::Status() const {
  using State = v1::ServiceStatus;
  v1::ServiceStatus status;
  status.set_name(spec_.name());
  status.set_pid(pid_);
  status.set_restarts(restarts_);
  status.set_last_end(last_end_);
  status.set_crash_loop(series_ >= kCrashLoop);
  if (running()) {
    status.set_state(terminated_ || !wanted_ || replace_ ? State::STOPPING : State::RUNNING);
    status.set_started_at_unix_ms(absl::ToUnixMillis(started_));
  } else {
    status.set_state(wanted_ ? State::BACKOFF : State::STOPPED);
    if (wanted_ && start_at_ != absl::InfiniteFuture()) {
      status.set_retry_at_unix_ms(absl::ToUnixMillis(start_at_));
    }
  }
  return status;
}

}  // namespace tstack::supervisor
