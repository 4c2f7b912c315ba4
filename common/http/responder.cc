#include "common/http/responder.h"

#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace tstack::http {
namespace {

// What a blocked thread and the server's thread share: the callback may come after a waiter is
// gone.
template <typename T>
struct Waiting {
  absl::Notification done;
  T value{};
};

}  // namespace

ResponseStream& ResponseStream::operator=(ResponseStream&& other) noexcept {
  if (this != &other) {
    Abort();
    sink_ = std::exchange(other.sink_, nullptr);
    window_ = other.window_;
  }
  return *this;
}

ResponseStream::~ResponseStream() { Abort(); }

bool ResponseStream::Write(std::string bytes) {
  if (sink_ == nullptr) return false;
  return bytes.empty() || sink_->SendBody(std::move(bytes));
}

void ResponseStream::WhenReady(std::function<void(bool alive)> ready) {
  if (sink_ == nullptr) return ready(false);
  sink_->NotifyBelow(window_, std::move(ready));
}

bool ResponseStream::WaitReady() {
  auto waiting = std::make_shared<Waiting<bool>>();
  WhenReady([waiting](bool alive) {
    waiting->value = alive;
    waiting->done.Notify();
  });
  waiting->done.WaitForNotification();
  return waiting->value;
}

void ResponseStream::Finish() {
  if (auto sink = std::exchange(sink_, nullptr)) sink->SendEnd();
}

void ResponseStream::Abort() {
  if (auto sink = std::exchange(sink_, nullptr)) sink->Abort();
}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    if (auto sink = std::exchange(sink_, nullptr)) sink->Unanswered();
    sink_ = std::exchange(other.sink_, nullptr);
    window_ = other.window_;
  }
  return *this;
}

Responder::~Responder() {
  if (sink_ != nullptr) sink_->Unanswered();
}

void Responder::Send(Response response) {
  if (auto sink = std::exchange(sink_, nullptr)) sink->SendWhole(std::move(response));
}

ResponseStream Responder::Start(Response head) {
  auto sink = std::exchange(sink_, nullptr);
  if (sink != nullptr) sink->SendHead(std::move(head));
  return ResponseStream(std::move(sink), window_);
}

StatusOr<std::string> RequestBody::Read() {
  auto waiting = std::make_shared<Waiting<StatusOr<std::string>>>();
  ReadAsync([waiting](StatusOr<std::string> piece) {
    waiting->value = std::move(piece);
    waiting->done.Notify();
  });
  waiting->done.WaitForNotification();
  return std::move(waiting->value);
}

}  // namespace tstack::http
