// Turns bytes into a request, step by step, without doing any I/O: Beast's parser with the stricter
// rules that keep two servers from reading one byte stream differently (request smuggling).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/http.h"

namespace tstack::http {

// One request; make a new parser for the next. Not thread-safe.
class RequestParser {
 public:
  enum class State { kHead, kBody, kDone, kFailed };

  explicit RequestParser(size_t header_limit);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Consumes a prefix of `input` and says how long it was; the caller keeps the rest and offers it
  // again with what comes behind. Stops after the head, so that LimitBody can be called, and at the
  // end of the request, so that pipelined bytes stay.
  size_t Feed(std::string_view input);

  State state() const { return state_; }
  // HTTP status that tells what is wrong: 400, 413, 417, 431, 501 or 505.
  int error() const { return error_; }

  // All of it from kBody on; before and after a failure as much as was understood.
  Request& request() { return request_; }
  // Body bytes that were not taken yet.
  std::string TakeBody() { return std::move(request_.body); }
  // More body bytes than this fail with 413; at first there is no limit.
  void LimitBody(uint64_t bytes);

  // From kBody on.
  bool keep_alive() const;
  bool http_1_0() const { return http_1_0_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  class Beast;
  void Fail(int status);
  void AfterHead();
  bool CheckFraming();
  bool CheckHost(const std::string& absolute_host);

  std::unique_ptr<Beast> beast_;
  State state_ = State::kHead;
  int error_ = 0;
  Request request_;
  std::string raw_target_;
  bool http_1_0_ = false;
  bool expects_continue_ = false;
};

}  // namespace tstack::http
