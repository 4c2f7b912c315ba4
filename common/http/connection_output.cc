#include <cstdio>
#include <utility>

#include "common/http/connection.h"

namespace tstack::http {
namespace {

// Small bodies travel in the head's buffer: one segment, one TLS record.
constexpr size_t kMergeBelow = 12 * 1024;

std::string ChunkHead(size_t size) {
  char text[24];
  const int length = std::snprintf(text, sizeof(text), "%zx\r\n", size);
  return std::string(text, static_cast<size_t>(length));
}

}  // namespace

bool Connection::IsCurrent(const Answer* answer) const {
  return phase_ == Phase::kAnswering && answer != nullptr && current_.get() == answer &&
         !answer_complete_;
}

HeadOptions Connection::MakeHeadOptions(Framing framing, uint64_t length) {
  const bool body_left =
      body_ != nullptr && parser_ != nullptr && parser_->state() != RequestParser::State::kDone;
  if (rules_->draining || rules_->crowded || body_left || peer_finished_ ||
      framing == Framing::kClose) {
    keep_alive_ = false;
  }
  return {
      framing, length, keep_alive_, keep_alive_ && http_1_0_, head_request_, rules_->clock.Now()};
}

void Connection::AnswerWhole(const Answer* answer, Response response) {
  if (!IsCurrent(answer) || streaming_) return;
  const bool send_body = !head_request_ && MayHaveBody(response.status);
  std::string head = WriteHead(response, MakeHeadOptions(Framing::kLength, response.body.size()));
  if (send_body && response.body.size() < kMergeBelow) {
    head += response.body;
    QueueOutput(std::move(head));
  } else {
    QueueOutput(std::move(head));
    if (send_body) QueueOutput(std::move(response.body));
  }
  answer_complete_ = true;
  FlushOutput();
}

void Connection::AnswerHead(const Answer* answer, const Response& head) {
  if (!IsCurrent(answer) || streaming_) return;
  streaming_ = true;
  framing_ = http_1_0_ ? Framing::kClose : Framing::kChunked;
  QueueOutput(WriteHead(head, MakeHeadOptions(framing_, 0)));
  FlushOutput();
}

void Connection::AnswerFlush(const Answer* answer) {
  if (!IsCurrent(answer) || !streaming_ || writing_) return;
  TakeStreamed();
  FlushOutput();
}

void Connection::AnswerAborted(const Answer* answer) {
  if (IsCurrent(answer)) Close();
}

void Connection::AnswerMissing(const Answer* answer) {
  if (IsCurrent(answer) && !streaming_) Refuse(500);
}

void Connection::TakeStreamed() {
  Answer::Batch batch = current_->TakeQueued();
  output_stream_bytes_ += batch.bytes.size();
  if (!batch.bytes.empty() && !head_request_) {
    if (framing_ == Framing::kChunked) {
      QueueOutput(ChunkHead(batch.bytes.size()));
      batch.bytes += "\r\n";
    }
    QueueOutput(std::move(batch.bytes));
  }
  if (!batch.end) return;
  if (framing_ == Framing::kChunked && !head_request_) QueueOutput("0\r\n\r\n");
  answer_complete_ = true;
}

void Connection::QueueOutput(std::string bytes) { output_.push_back(std::move(bytes)); }

void Connection::FlushOutput() {
  if (writing_ || phase_ == Phase::kClosed) return;
  if (output_.empty()) return OnWritten(true, std::exchange(output_stream_bytes_, 0));
  writing_ = true;
  uint64_t bytes = 0;
  for (const std::string& piece : output_) bytes += piece.size();
  SetWriteDeadline(rules_->limits.write_timeout + RateTime(bytes));
  const size_t stream_bytes = std::exchange(output_stream_bytes_, 0);
  transport_->Write(std::exchange(output_, {}), [self = shared_from_this(), stream_bytes](bool ok) {
    self->writing_ = false;
    self->OnWritten(ok, stream_bytes);
  });
}

void Connection::OnWritten(bool ok, size_t stream_bytes) {
  if (phase_ == Phase::kClosed) return;
  SetWriteDeadline(absl::InfiniteDuration());
  if (!ok) return Close();
  if (current_ != nullptr && stream_bytes > 0) current_->Sent(stream_bytes);
  if (streaming_ && !answer_complete_) TakeStreamed();
  if (!output_.empty() || output_stream_bytes_ > 0) return FlushOutput();
  if (answer_complete_) FinishExchange();
}

void Connection::FinishExchange() {
  const bool input_left =
      refused_ || (body_ != nullptr && parser_->state() != RequestParser::State::kDone);
  if (auto done = std::exchange(current_, nullptr)) done->MarkGone();
  body_ = nullptr;
  DeliverBody(Error(StatusCode::kUnavailable, "CLIENT_GONE", "the request was answered"));
  streaming_ = answer_complete_ = false;
  parser_ = nullptr;
  if (!keep_alive_) return CloseGracefully(input_left);
  ReadRequest();
}

// Closing with unread input makes the kernel reset the connection, and the client may lose the
// answer: what still comes is read and dropped for a moment.
void Connection::CloseGracefully(bool input_left) {
  phase_ = Phase::kLinger;
  SetReadDeadline(absl::Seconds(2));
  transport_->ShutdownWrite([self = shared_from_this(), input_left] {
    if (self->phase_ == Phase::kClosed) return;
    if (!input_left || self->transport_->tls()) return self->Close();
    self->ReadMore();
  });
}

}  // namespace tstack::http
