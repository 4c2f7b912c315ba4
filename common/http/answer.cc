#include "common/http/answer.h"

#include <utility>

#include "common/http/connection.h"

namespace tstack::http {

void Answer::SendWhole(Response response) {
  connection_->loop().Post([self = shared_from_this(), response = std::move(response)]() mutable {
    self->connection_->AnswerWhole(self.get(), std::move(response));
  });
}

void Answer::SendHead(Response head) {
  connection_->loop().Post([self = shared_from_this(), head = std::move(head)] {
    self->connection_->AnswerHead(self.get(), head);
  });
}

bool Answer::SendBody(std::string bytes) {
  {
    absl::MutexLock lock(&mutex_);
    if (gone_ || end_) return false;
    unsent_ += bytes.size();
    if (queued_.empty())
      queued_ = std::move(bytes);
    else
      queued_ += bytes;
    if (std::exchange(flush_posted_, true)) return true;
  }
  PostFlush();
  return true;
}

void Answer::PostFlush() {
  connection_->loop().Post([self = shared_from_this()] {
    {
      absl::MutexLock lock(&self->mutex_);
      self->flush_posted_ = false;
    }
    self->connection_->AnswerFlush(self.get());
  });
}

size_t Answer::Unsent() const {
  absl::MutexLock lock(&mutex_);
  return unsent_;
}

void Answer::NotifyBelow(size_t bytes, std::function<void(bool alive)> ready) {
  bool alive = true;
  {
    absl::MutexLock lock(&mutex_);
    alive = !gone_;
    if (alive && unsent_ > bytes) {
      notify_below_ = bytes;
      notify_ = std::move(ready);
      return;
    }
  }
  ready(alive);
}

void Answer::SendEnd() {
  {
    absl::MutexLock lock(&mutex_);
    end_ = true;
  }
  PostFlush();
}

void Answer::Abort() {
  connection_->loop().Post(
      [self = shared_from_this()] { self->connection_->AnswerAborted(self.get()); });
}

void Answer::Unanswered() {
  connection_->loop().Post(
      [self = shared_from_this()] { self->connection_->AnswerMissing(self.get()); });
}

Answer::Batch Answer::TakeQueued() {
  absl::MutexLock lock(&mutex_);
  return {std::exchange(queued_, {}), end_};
}

void Answer::Sent(size_t bytes) {
  std::function<void(bool)> ready;
  {
    absl::MutexLock lock(&mutex_);
    unsent_ -= bytes;
    if (notify_ != nullptr && unsent_ <= notify_below_) ready = std::exchange(notify_, nullptr);
  }
  if (ready != nullptr) ready(true);
}

void Answer::MarkGone() {
  std::function<void(bool)> ready;
  {
    absl::MutexLock lock(&mutex_);
    gone_ = true;
    ready = std::exchange(notify_, nullptr);
  }
  if (ready != nullptr) ready(false);
}

void StreamedBody::ReadAsync(std::function<void(StatusOr<std::string>)> done) {
  connection_->loop().Post([self = shared_from_this(), done = std::move(done)]() mutable {
    self->connection_->ReadBody(self.get(), std::move(done));
  });
}

}  // namespace tstack::http
