// How a handler answers: once, from any thread, whole or piece by piece; and how it reads a body
// piece by piece.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "common/http/http.h"
#include "common/status/status.h"

namespace tstack::http {

// What a connection offers to the answers of its requests. Implemented by the server and by tests
// that have no sockets; thread-safe.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  virtual void SendWhole(Response response) = 0;
  virtual void SendHead(Response head) = 0;
  // False once the client is known to be gone.
  virtual bool SendBody(std::string bytes) = 0;
  virtual size_t Unsent() const = 0;
  virtual void NotifyBelow(size_t bytes, std::function<void(bool alive)> ready) = 0;
  virtual void SendEnd() = 0;
  virtual void Abort() = 0;
  // The handler dropped its responder.
  virtual void Unanswered() = 0;
  // Stops when the client goes away before its answer is complete.
  virtual std::stop_token Gone() const { return {}; }
};

// A body that is sent while it is made: chunked, or until close for HTTP/1.0. Movable; one thread
// at a time. Destroying it unfinished aborts.
class ResponseStream {
 public:
  ResponseStream(std::shared_ptr<AnswerSink> sink, size_t window)
      : sink_(std::move(sink)), window_(window) {}
  ResponseStream(ResponseStream&&) = default;
  ResponseStream& operator=(ResponseStream&& other) noexcept;
  ~ResponseStream();

  // Queues `bytes` and returns at once. False: the client is gone, or the stream has ended.
  bool Write(std::string bytes);
  // True if more than the window is queued: a producer should wait.
  bool Full() const { return sink_ != nullptr && sink_->Unsent() > window_; }
  // Calls `ready` once, from a server thread (or at once), when the stream is not full any more or
  // the client is gone (alive = false).
  void WhenReady(std::function<void(bool alive)> ready);
  // Blocks until then. Not on a thread of the server.
  bool WaitReady();
  // Ends the body well.
  void Finish();
  // Cuts the connection, so that the client sees that the body is incomplete.
  void Abort();

 private:
  std::shared_ptr<AnswerSink> sink_;
  size_t window_ = 0;
};

// The right to answer one request. Movable; answers once, from any thread.
class Responder {
 public:
  explicit Responder(std::shared_ptr<AnswerSink> sink, size_t window = 256 * 1024)
      : sink_(std::move(sink)), window_(window) {}
  Responder(Responder&&) = default;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  // The whole answer. For HEAD the body is not sent but counted in Content-Length. A second
  // answer does nothing.
  void Send(Response response);
  // Status and headers now (head.body is ignored), the body through the stream.
  ResponseStream Start(Response head);
  bool answered() const { return sink_ == nullptr; }
  // Requests a stop when the client goes away, or ends its side, before its answer is complete:
  // what is being done for it may be given up. Its callbacks run on a thread of the server and must
  // not block. A client that has sent a next request already is not watched.
  std::stop_token Gone() const { return sink_ == nullptr ? std::stop_token() : sink_->Gone(); }

 private:
  std::shared_ptr<AnswerSink> sink_;
  size_t window_;
};

// A request body as it arrives. At most Limits::stream_window bytes are held; a reader that stops
// reading stops the sender. Thread-safe for one reader.
class RequestBody {
 public:
  virtual ~RequestBody() = default;
  // Calls `done` once with the next piece, "" at the end, or kUnavailable with reason CLIENT_GONE.
  // One read at a time.
  virtual void ReadAsync(std::function<void(StatusOr<std::string>)> done) = 0;
  // Blocks. Not on a thread of the server.
  StatusOr<std::string> Read();
};

}  // namespace tstack::http
