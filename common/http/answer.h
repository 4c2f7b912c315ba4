// The hand-over of one answer from a handler's thread to the connection's loop, and of one streamed
// request body the other way.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/http/http.h"
#include "common/http/responder.h"

namespace tstack::http {

class Connection;

// Thread-safe. The connection forgets it when the exchange is over; what comes later is dropped.
class Answer final : public AnswerSink, public std::enable_shared_from_this<Answer> {
 public:
  explicit Answer(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  void SendWhole(Response response) override;
  void SendHead(Response head) override;
  bool SendBody(std::string bytes) override;
  size_t Unsent() const override;
  void NotifyBelow(size_t bytes, std::function<void(bool alive)> ready) override;
  void SendEnd() override;
  void Abort() override;
  void Unanswered() override;
  std::stop_token Gone() const override { return client_gone_.get_token(); }

  // The loop's side. What is queued passes to the connection but counts as unsent until Sent().
  struct Batch {
    std::string bytes;
    bool end = false;
  };
  Batch TakeQueued();
  void Sent(size_t bytes);
  // The exchange is over: wakes a waiting producer.
  void MarkGone();
  // The client is not there any more, or says that it will send nothing more.
  void ClientGone() { client_gone_.request_stop(); }

 private:
  void PostFlush();

  const std::shared_ptr<Connection> connection_;
  std::stop_source client_gone_;
  mutable absl::Mutex mutex_;
  std::string queued_ ABSL_GUARDED_BY(mutex_);
  size_t unsent_ ABSL_GUARDED_BY(mutex_) = 0;
  bool end_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  bool flush_posted_ ABSL_GUARDED_BY(mutex_) = false;
  size_t notify_below_ ABSL_GUARDED_BY(mutex_) = 0;
  std::function<void(bool)> notify_ ABSL_GUARDED_BY(mutex_);
};

class StreamedBody final : public RequestBody, public std::enable_shared_from_this<StreamedBody> {
 public:
  explicit StreamedBody(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  void ReadAsync(std::function<void(StatusOr<std::string>)> done) override;

 private:
  const std::shared_ptr<Connection> connection_;
};

}  // namespace tstack::http
