// Bytes from the network: requests in pieces, hosts, targets, networks. Nothing may crash, and what
// passes must be safe to put into a URL or a header.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/http/address.h"
#include "common/http/request_parser.h"
#include "common/http/target.h"

namespace {

using tstack::http::RequestParser;

void Must(bool condition) {
  if (!condition) std::abort();
}

void ParseRequests(std::string_view input, size_t piece) {
  RequestParser parser(1024);
  std::string waiting;
  while (!input.empty() && parser.state() < RequestParser::State::kDone) {
    const size_t size = std::min(piece, input.size());
    waiting.append(input.substr(0, size));
    input.remove_prefix(size);
    for (size_t used = 1; used > 0 && parser.state() < RequestParser::State::kDone;) {
      const bool had_head = parser.state() == RequestParser::State::kBody;
      used = parser.Feed(waiting);
      waiting.erase(0, used);
      if (!had_head && parser.state() == RequestParser::State::kBody) parser.LimitBody(2000);
    }
  }
  if (parser.state() != RequestParser::State::kDone) return;
  Must(parser.request().body.size() <= 2000);
  Must(parser.request().target.find_first_of(" \r\n") == std::string::npos);
  for (const auto& [name, value] : parser.request().headers.fields())
    Must(value.find_first_of("\r\n") == std::string::npos);
}

void ParseParts(std::string_view input) {
  if (const auto host = tstack::http::ParseHostPort(input))
    Must(tstack::http::FormatHostPort(*host).find_first_of(" /?#@\"<>\r\n") == std::string::npos);
  std::string absolute_host;
  if (const auto target = tstack::http::NormalizeTarget(input, &absolute_host)) {
    Must(*target == "*" || target->front() == '/');
    const auto split = tstack::http::SplitTarget(*target);
    Must(split.path.size() + split.query.size() <= target->size());
  }
  tstack::http::RedactTarget(input);
  if (const auto network = tstack::http::Cidr::Parse(input); network.ok()) network->Contains(input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  ParseParts(input);
  ParseRequests(input, size + 1);
  ParseRequests(input, 1 + size / 7);
  return 0;
}
