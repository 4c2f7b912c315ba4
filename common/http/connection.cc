#include "common/http/connection.h"

#include <algorithm>
#include <utility>

namespace tstack::http {

Connection::Connection(std::shared_ptr<EventLoop> loop, std::unique_ptr<Transport> transport,
                       std::shared_ptr<const ConnectionRules> rules, ConnectionOrigin origin,
                       std::function<void(Connection*)> on_closed)
    : loop_(std::move(loop)),
      transport_(std::move(transport)),
      rules_(std::move(rules)),
      origin_(std::move(origin)),
      on_closed_(std::move(on_closed)),
      timer_(loop_->MakeTimer()) {}

void Connection::Start() {
  if (phase_ == Phase::kClosed) return;
  if (!transport_->tls()) return ReadRequest();
  SetReadDeadline(rules_->limits.header_timeout);
  transport_->Handshake([self = shared_from_this()](bool ok) {
    if (self->phase_ == Phase::kClosed) return;
    ok ? self->ReadRequest() : self->Close();
  });
}

void Connection::CloseIfIdle() {
  if (phase_ == Phase::kHandshake ||
      (phase_ == Phase::kRequest && parser_ == nullptr && input().empty())) {
    Close();
  }
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  timer_->Cancel();
  transport_->Close();
  if (auto answer = std::exchange(current_, nullptr)) {
    if (!answer_complete_) answer->ClientGone();
    answer->MarkGone();
  }
  body_ = nullptr;
  DeliverBody(Error(StatusCode::kUnavailable, "CLIENT_GONE", "the client went away"));
  on_closed_(this);
}

// ------------------------------------------------------------------------------------- the clock

void Connection::SetReadDeadline(absl::Duration after) {
  read_deadline_ = loop_->Now() + after;
  ArmTimer();
}

void Connection::SetWriteDeadline(absl::Duration after) {
  write_deadline_ = loop_->Now() + after;
  ArmTimer();
}

// Deadlines move with every request; the timer is only set again when one comes before what it is
// set for. A timer that rings early looks again.
void Connection::ArmTimer() {
  if (phase_ == Phase::kClosed) return;
  const absl::Duration next = std::min(read_deadline_, write_deadline_);
  if (next >= armed_for_) return;
  armed_for_ = next;
  timer_->After(next - loop_->Now(), [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->OnTimer();
  });
}

void Connection::OnTimer() {
  if (phase_ == Phase::kClosed) return;
  armed_for_ = absl::InfiniteDuration();
  const absl::Duration now = loop_->Now();
  if (write_deadline_ <= now) return Close();
  if (read_deadline_ <= now) return OnReadTimeout();
  if (phase_ == Phase::kRequest && parser_ == nullptr) transport_->ReleaseBuffers();
  ArmTimer();
}

void Connection::OnReadTimeout() {
  read_deadline_ = absl::InfiniteDuration();
  if (phase_ == Phase::kRequest && parser_ != nullptr) return Refuse(408);
  Close();
}

absl::Duration Connection::RateTime(uint64_t bytes) const {
  return absl::Seconds(static_cast<double>(bytes) /
                       static_cast<double>(std::max<int64_t>(1, rules_->limits.min_rate)));
}

}  // namespace tstack::http
