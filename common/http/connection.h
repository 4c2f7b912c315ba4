// One client connection: reads requests one after the other, hands each to the owner's callbacks,
// writes its answer, and watches the clock. Knows no sockets: see transport.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/http/answer.h"
#include "common/http/event_loop.h"
#include "common/http/request_parser.h"
#include "common/http/response_head.h"
#include "common/http/server.h"
#include "common/http/transport.h"
#include "common/time/clock.h"

namespace tstack::http {

// What all connections of a server share.
struct ConnectionRules {
  ConnectionRules(const Limits& rule_limits, ServerCallbacks owner, const Clock& wall_clock)
      : limits(rule_limits), callbacks(std::move(owner)), clock(wall_clock) {}
  const Limits limits;
  const ServerCallbacks callbacks;
  const Clock& clock;
  std::atomic<bool> draining{false};  // answers carry "Connection: close"
  std::atomic<bool> crowded{false};   // as many connections as allowed: the same
};

struct ConnectionOrigin {
  std::string listener;
  std::string remote_address;
};

// Everything but loop() runs on the loop's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<EventLoop> loop, std::unique_ptr<Transport> transport,
             std::shared_ptr<const ConnectionRules> rules, ConnectionOrigin origin,
             std::function<void(Connection*)> on_closed);

  void Start();
  // For a graceful stop: nothing of a next request has arrived.
  void CloseIfIdle();
  void Close();
  EventLoop& loop() { return *loop_; }

  // Called by Answer and StreamedBody; ignored if they are not those of the current exchange.
  void AnswerWhole(const Answer* answer, Response response);
  void AnswerHead(const Answer* answer, const Response& head);
  void AnswerFlush(const Answer* answer);
  void AnswerAborted(const Answer* answer);
  void AnswerMissing(const Answer* answer);
  void ReadBody(const StreamedBody* body, std::function<void(StatusOr<std::string>)> done);

 private:
  enum class Phase { kHandshake, kRequest, kAnswering, kLinger, kClosed };
  using PieceDone = std::function<void(StatusOr<std::string>)>;

  // Input, in connection_input.cc.
  void ReadRequest();
  bool OnHead();
  void Dispatch(bool stream);
  void CallOwner(bool stream, Request request, Responder responder);
  void Refuse(int status);
  void PumpBody();
  void DeliverBody(StatusOr<std::string> piece);
  void WatchPeer();
  void OnPeerFinished();
  void ReadMore();
  void OnRead(size_t bytes);
  void ExpectInput();
  void Consume(size_t bytes);
  std::string_view input() const { return std::string_view(input_).substr(input_begin_); }
  void SkipBlankLines();

  // Output, in connection_output.cc.
  bool IsCurrent(const Answer* answer) const;
  HeadOptions MakeHeadOptions(Framing framing, uint64_t length);
  void QueueOutput(std::string bytes);
  void FlushOutput();
  void OnWritten(bool ok, size_t stream_bytes);
  void TakeStreamed();
  void FinishExchange();
  void CloseGracefully(bool input_left);

  // The clock, in connection.cc.
  void SetReadDeadline(absl::Duration after);
  void SetWriteDeadline(absl::Duration after);
  void ArmTimer();
  void OnTimer();
  void OnReadTimeout();
  absl::Duration RateTime(uint64_t bytes) const;

  const std::shared_ptr<EventLoop> loop_;
  const std::unique_ptr<Transport> transport_;
  const std::shared_ptr<const ConnectionRules> rules_;
  const ConnectionOrigin origin_;
  std::function<void(Connection*)> on_closed_;
  Phase phase_ = Phase::kHandshake;

  // Input. Bytes before input_begin_ are consumed.
  std::vector<char> read_buffer_;
  std::string input_;
  size_t input_begin_ = 0;
  bool reading_ = false;
  bool peer_finished_ = false;
  size_t lingered_ = 0;
  std::unique_ptr<RequestParser> parser_;  // null between requests
  bool head_seen_ = false;
  bool continue_sent_ = false;
  uint64_t body_received_ = 0;
  absl::Duration body_waited_;
  absl::Duration waiting_since_;
  std::shared_ptr<StreamedBody> body_;
  PieceDone body_done_;

  // Output.
  std::shared_ptr<Answer> current_;
  std::vector<std::string> output_;
  size_t output_stream_bytes_ = 0;
  bool writing_ = false;
  bool keep_alive_ = true;
  bool head_request_ = false;
  bool http_1_0_ = false;
  bool streaming_ = false;
  Framing framing_ = Framing::kLength;
  bool answer_complete_ = false;
  bool refused_ = false;

  absl::Duration read_deadline_ = absl::InfiniteDuration();
  absl::Duration write_deadline_ = absl::InfiniteDuration();
  absl::Duration armed_for_ = absl::InfiniteDuration();
  std::unique_ptr<Timer> timer_;
};

}  // namespace tstack::http
