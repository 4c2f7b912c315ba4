#include <exception>
#include <utility>

#include "common/http/connection.h"
#include "common/http/reason_phrase.h"

namespace tstack::http {
namespace {

constexpr size_t kSmallRead = 4 * 1024;
constexpr size_t kLargeRead = 64 * 1024;
// What a refused client may still send before it is cut off.
constexpr size_t kMaxLinger = 1024 * 1024;

Status ClientGone() {
  return Error(StatusCode::kUnavailable, "CLIENT_GONE", "the client went away");
}

}  // namespace

void Connection::ReadRequest() {
  phase_ = Phase::kRequest;
  for (;;) {
    if (parser_ == nullptr) SkipBlankLines();
    if (input().empty()) return ExpectInput();
    if (parser_ == nullptr) {
      parser_ = std::make_unique<RequestParser>(rules_->limits.header_bytes);
      head_seen_ = continue_sent_ = false;
      body_received_ = 0;
      SetReadDeadline(rules_->limits.header_timeout);
    }
    Consume(parser_->Feed(input()));
    switch (parser_->state()) {
      case RequestParser::State::kFailed:
        return Refuse(parser_->error());
      case RequestParser::State::kDone:
        return Dispatch(/*stream=*/false);
      case RequestParser::State::kHead:
        return ReadMore();
      case RequestParser::State::kBody:
        if (head_seen_) return ExpectInput();
        if (!OnHead()) return;
    }
  }
}

// False if the request has left this function's hands.
bool Connection::OnHead() {
  head_seen_ = true;
  body_waited_ = absl::ZeroDuration();
  Request& request = parser_->request();
  request.remote_address = origin_.remote_address;
  request.listener = origin_.listener;
  request.tls = transport_->tls();
  if (rules_->callbacks.wants_stream != nullptr && rules_->callbacks.wants_stream(request)) {
    Dispatch(/*stream=*/true);
    return false;
  }
  parser_->LimitBody(rules_->limits.body_bytes);
  if (parser_->state() == RequestParser::State::kFailed) {
    Refuse(parser_->error());
    return false;
  }
  return true;
}

void Connection::Dispatch(bool stream) {
  phase_ = Phase::kAnswering;
  SetReadDeadline(absl::InfiniteDuration());
  Request request = stream ? parser_->request() : std::move(parser_->request());
  request.remote_address = origin_.remote_address;
  request.listener = origin_.listener;
  request.tls = transport_->tls();
  keep_alive_ = parser_->keep_alive();
  http_1_0_ = parser_->http_1_0();
  head_request_ = request.method == "HEAD";
  current_ = std::make_shared<Answer>(shared_from_this());
  if (stream) body_ = std::make_shared<StreamedBody>(shared_from_this());
  if (!stream) WatchPeer();
  CallOwner(stream, std::move(request), Responder(current_, rules_->limits.stream_window));
}

// One read stays outstanding while a request is answered: only so is a client's end noticed. What
// it has sent ahead stays in the kernel but for that read.
void Connection::WatchPeer() {
  if (input().empty()) ReadMore();
}

// Clients that only end their side still get their answer, if it is made: nobody can tell them from
// clients that are gone.
void Connection::OnPeerFinished() {
  peer_finished_ = true;
  if (current_ != nullptr && !answer_complete_) current_->ClientGone();
}

// A responder that an exception destroys answers 500 by itself.
void Connection::CallOwner(bool stream, Request request, Responder responder) try {
  if (stream) {
    rules_->callbacks.handle_stream(std::move(request), body_, std::move(responder));
  } else {
    rules_->callbacks.handle(std::move(request), std::move(responder));
  }
} catch (const std::exception&) {
}

void Connection::Refuse(int status) {
  phase_ = Phase::kAnswering;
  SetReadDeadline(absl::InfiniteDuration());
  Request head;
  if (parser_ != nullptr) {
    head = std::move(parser_->request());
    head.body.clear();
    http_1_0_ = parser_->http_1_0();
  }
  head.remote_address = origin_.remote_address;
  head.listener = origin_.listener;
  head.tls = transport_->tls();
  if (current_ == nullptr) head_request_ = head.method == "HEAD";
  Response response;
  if (rules_->callbacks.refuse != nullptr) {
    response = rules_->callbacks.refuse(head, status);
  } else {
    response.status = status;
    response.headers.Add("Content-Type", "text/plain");
    response.body = std::string(ReasonPhrase(status)) + "\n";
  }
  keep_alive_ = false;
  refused_ = true;
  current_ = std::make_shared<Answer>(shared_from_this());
  AnswerWhole(current_.get(), std::move(response));
}

void Connection::ReadBody(const StreamedBody* body, PieceDone done) {
  if (body_.get() != body || phase_ == Phase::kClosed) return done(ClientGone());
  body_done_ = std::move(done);
  PumpBody();
}

void Connection::PumpBody() {
  if (!input().empty() && parser_->state() == RequestParser::State::kBody) {
    Consume(parser_->Feed(input()));
  }
  std::string piece = parser_->TakeBody();
  if (!piece.empty()) return DeliverBody(std::move(piece));
  switch (parser_->state()) {
    case RequestParser::State::kDone:
      return DeliverBody(std::string());
    case RequestParser::State::kFailed:
      return DeliverBody(
          Error(StatusCode::kInvalidArgument, "BAD_BODY", "the request body is malformed"));
    default:
      ExpectInput();
  }
}

void Connection::DeliverBody(StatusOr<std::string> piece) {
  SetReadDeadline(absl::InfiniteDuration());
  if (auto done = std::exchange(body_done_, nullptr)) done(std::move(piece));
}

// Waits for the first byte of a request, or for more of a body.
void Connection::ExpectInput() {
  if (parser_ == nullptr) {
    SetReadDeadline(rules_->limits.idle_timeout);
    return ReadMore();
  }
  if (parser_->expects_continue() && !continue_sent_ && body_received_ == 0) {
    continue_sent_ = true;
    QueueOutput("HTTP/1.1 100 Continue\r\n\r\n");
    FlushOutput();
  }
  waiting_since_ = loop_->Now();
  SetReadDeadline(rules_->limits.body_timeout + RateTime(body_received_) - body_waited_);
  ReadMore();
}

void Connection::ReadMore() {
  if (reading_ || phase_ == Phase::kClosed) return;
  const bool body = phase_ != Phase::kAnswering || body_ != nullptr;
  const size_t size = body && head_seen_ && parser_ != nullptr ? kLargeRead : kSmallRead;
  if (read_buffer_.size() != size) {
    read_buffer_.assign(size, 0);
    read_buffer_.shrink_to_fit();
  }
  reading_ = true;
  transport_->Read(read_buffer_.data(), size,
                   [self = shared_from_this()](size_t bytes) { self->OnRead(bytes); });
}

void Connection::OnRead(size_t bytes) {
  reading_ = false;
  if (phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kLinger) {
    lingered_ += bytes;
    return bytes == 0 || lingered_ > kMaxLinger ? Close() : ReadMore();
  }
  if (bytes == 0) {
    // Of a request that is not complete nothing more can come, and nobody waits for an answer.
    const bool complete = phase_ == Phase::kAnswering && body_done_ == nullptr;
    return complete ? OnPeerFinished() : Close();
  }
  input_.append(read_buffer_.data(), bytes);
  if (parser_ != nullptr && head_seen_) {
    body_received_ += bytes;
    body_waited_ += loop_->Now() - waiting_since_;
  }
  if (phase_ == Phase::kRequest)
    ReadRequest();
  else if (body_done_ != nullptr)
    PumpBody();
}

void Connection::Consume(size_t bytes) {
  input_begin_ += bytes;
  if (input_begin_ == input_.size()) {
    input_.clear();
    if (input_.capacity() > kLargeRead) input_.shrink_to_fit();
    input_begin_ = 0;
  } else if (input_begin_ > kLargeRead) {
    input_.erase(0, input_begin_);
    input_begin_ = 0;
  }
}

void Connection::SkipBlankLines() {
  size_t blank = 0;
  const std::string_view bytes = input();
  while (blank < bytes.size() && (bytes[blank] == '\r' || bytes[blank] == '\n')) ++blank;
  Consume(blank);
}

}  // namespace tstack::http
