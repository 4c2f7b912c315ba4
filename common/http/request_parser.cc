#include "common/http/request_parser.h"

#include <limits>
#include <utility>  // before Beast: Boost 1.74 forgets it

#include "absl/strings/match.h"
#include <boost/beast/http/basic_parser.hpp>

#include "common/http/address.h"
#include "common/http/target.h"

namespace tstack::http {
namespace {

namespace beast = boost::beast::http;
using ErrorCode = boost::system::error_code;
using BeastView = boost::beast::string_view;

// Bytes of chunk sizes, extensions and trailers that may wait for their end.
constexpr size_t kMaxChunkOverhead = 8 * 1024;

int StatusOf(const ErrorCode& error) {
  if (error == beast::error::header_limit) return 431;
  if (error == beast::error::body_limit) return 413;
  if (error == beast::error::bad_version) return 505;
  return 400;
}

bool Is(std::string_view value, std::string_view word) {
  return absl::EqualsIgnoreCase({value.data(), value.size()}, {word.data(), word.size()});
}

}  // namespace

class RequestParser::Beast final : public beast::basic_parser<true> {
 public:
  Beast(RequestParser& owner, size_t header_limit) : owner_(owner), header_left_(header_limit) {
    header_limit_bytes(header_limit);
    // "No limit" cannot be said for bodies with a Content-Length in Beast 1.74: none < any number.
    body_limit(std::numeric_limits<uint64_t>::max());
  }
  void Limit(uint64_t bytes) { left_ = bytes; }
  uint64_t left() const { return left_; }

 private:
  void header_limit_bytes(size_t limit) { header_limit(static_cast<uint32_t>(limit)); }

  // The limit is for line and fields together; Beast's own is for each.
  void Count(size_t bytes, ErrorCode& error) {
    if (bytes > header_left_)
      error = beast::error::header_limit;
    else
      header_left_ -= bytes;
  }
  size_t Append(BeastView body, ErrorCode& error) {
    if (body.size() > left_) {
      error = beast::error::body_limit;
      return 0;
    }
    left_ -= body.size();
    owner_.request_.body.append(body.data(), body.size());
    return body.size();
  }

  void on_request_impl(beast::verb, BeastView method, BeastView target, int version,
                       ErrorCode& error) override {
    owner_.request_.method.assign(method.data(), method.size());
    owner_.raw_target_.assign(target.data(), target.size());
    owner_.http_1_0_ = version == 10;
    Count(method.size() + target.size() + 12, error);
  }
  void on_response_impl(int, BeastView, int, ErrorCode&) override {}
  void on_field_impl(beast::field, BeastView name, BeastView value, ErrorCode& error) override {
    Count(name.size() + value.size() + 4, error);
    if (in_body_) return;  // trailers are dropped
    owner_.request_.headers.Add({name.data(), name.size()}, {value.data(), value.size()});
  }
  void on_header_impl(ErrorCode&) override { in_body_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  size_t on_body_impl(BeastView body, ErrorCode& error) override { return Append(body, error); }
  void on_chunk_header_impl(std::uint64_t size, BeastView, ErrorCode& error) override {
    if (size > left_) error = beast::error::body_limit;
  }
  size_t on_chunk_body_impl(std::uint64_t, BeastView body, ErrorCode& error) override {
    return Append(body, error);
  }
  void on_finish_impl(ErrorCode&) override {}

  RequestParser& owner_;
  size_t header_left_;
  uint64_t left_ = std::numeric_limits<uint64_t>::max();
  bool in_body_ = false;
};

RequestParser::RequestParser(size_t header_limit)
    : beast_(std::make_unique<Beast>(*this, header_limit)) {}
RequestParser::~RequestParser() = default;

size_t RequestParser::Feed(std::string_view input) {
  size_t consumed = 0;
  while (consumed < input.size() && (state_ == State::kHead || state_ == State::kBody)) {
    const std::string_view rest = input.substr(consumed);
    ErrorCode error;
    consumed += beast_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    if (error == beast::error::need_more) {
      // Beast limits heads itself; chunk headers and trailers it would collect without end.
      if (state_ == State::kBody && input.size() - consumed > kMaxChunkOverhead) Fail(400);
      break;
    }
    if (error) {
      Fail(StatusOf(error));
      break;
    }
    if (state_ == State::kHead && beast_->is_header_done()) {
      AfterHead();
      break;
    }
    if (beast_->is_done()) state_ = State::kDone;
  }
  return consumed;
}

void RequestParser::Fail(int status) {
  state_ = State::kFailed;
  error_ = status;
}

void RequestParser::LimitBody(uint64_t bytes) {
  const auto length = beast_->content_length();
  if (length && *length > bytes) return Fail(413);
  beast_->Limit(bytes);
}

bool RequestParser::keep_alive() const { return beast_->keep_alive(); }

void RequestParser::AfterHead() {
  std::string absolute_host;
  auto target = NormalizeTarget(raw_target_, &absolute_host);
  if (!target) return Fail(400);
  request_.target = *std::move(target);
  if (!CheckFraming() || !CheckHost(absolute_host)) return Fail(400);
  const auto encoding = request_.headers.Find("Transfer-Encoding");
  if (encoding && !Is(*encoding, "chunked")) return Fail(501);
  if (const auto expect = request_.headers.Find("Expect")) {
    if (!Is(*expect, "100-continue")) return Fail(417);
    expects_continue_ = !http_1_0_;
  }
  state_ = beast_->is_done() ? State::kDone : State::kBody;
}

// One length, said once, in one way (RFC 9112 section 6.3); Beast lets equal duplicates pass.
bool RequestParser::CheckFraming() {
  const size_t lengths = request_.headers.FindAll("Content-Length").size();
  const size_t encodings = request_.headers.FindAll("Transfer-Encoding").size();
  if (lengths > 1 || encodings > 1 || lengths + encodings > 1) return false;
  if (encodings == 1 && http_1_0_) return false;
  const auto length = request_.headers.Find("Content-Length");
  return !length || length->find_first_not_of("0123456789") == std::string_view::npos;
}

bool RequestParser::CheckHost(const std::string& absolute_host) {
  const auto hosts = request_.headers.FindAll("Host");
  if (hosts.size() > 1 || (hosts.empty() && !http_1_0_)) return false;
  if (!absolute_host.empty()) request_.headers.Set("Host", absolute_host);
  return hosts.empty() || ParseHostPort(*request_.headers.Find("Host")).has_value();
}

}  // namespace tstack::http
