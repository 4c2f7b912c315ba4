#include "common/http/request_parser.h"

#include <catch2/catch.hpp>

namespace tstack::http {
namespace {

using State = RequestParser::State;

// Feeds everything, head and body; returns what was not consumed.
std::string FeedAll(RequestParser& parser, std::string input) {
  for (;;) {
    const size_t used = parser.Feed(input);
    input.erase(0, used);
    if (used == 0 || parser.state() == State::kDone || parser.state() == State::kFailed)
      return input;
  }
}

int ErrorOf(const std::string& input, size_t limit = 1024) {
  RequestParser parser(limit);
  FeedAll(parser, input);
  return parser.state() == State::kFailed ? parser.error() : 0;
}

TEST_CASE("a request is parsed whole, and the next one's bytes stay", "[unit][http]") {
  RequestParser parser(1024);
  CHECK(FeedAll(parser, "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /") ==
        "GET /");
  REQUIRE(parser.state() == State::kDone);
  CHECK(parser.request().method == "POST");
  CHECK(parser.request().target == "/a?b=c");
  CHECK(parser.request().body == "abc");
  CHECK(parser.request().headers.Find("HOST") == "x");
  CHECK(parser.keep_alive());
}

TEST_CASE("any split of the bytes gives the same request", "[unit][http]") {
  const std::string wire =
      "PUT /x HTTP/1.1\r\nHost: h:1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;ext=1\r\nwiki\r\n5\r\npedia\r\n0\r\nTrailer: t\r\n\r\n";
  for (size_t split = 1; split < wire.size(); ++split) {
    RequestParser parser(1024);
    std::string rest = FeedAll(parser, wire.substr(0, split));
    rest = FeedAll(parser, rest + wire.substr(split));
    INFO(split);
    REQUIRE(parser.state() == State::kDone);
    CHECK(parser.request().body == "wikipedia");
    CHECK_FALSE(parser.request().headers.Find("Trailer"));
  }
}

TEST_CASE("a request whose length can be read in two ways is refused", "[unit][http][smuggling]") {
  const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
  CHECK(ErrorOf(start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc") == 400);
  CHECK(ErrorOf(start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd") == 400);
  CHECK(ErrorOf(start + "Content-Length: 3, 3\r\n\r\nabc") == 400);
  CHECK(ErrorOf(start + "Content-Length: +3\r\n\r\nabc") == 400);
  CHECK(ErrorOf(start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
  CHECK(ErrorOf(start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n") == 400);
  CHECK(ErrorOf(start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n") == 400);
  CHECK(ErrorOf(start + "Transfer-Encoding: chunked, gzip\r\n\r\n") != 0);
  CHECK(ErrorOf(start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") == 501);
  CHECK(ErrorOf(start + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n") == 400);
  CHECK(ErrorOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
  CHECK(ErrorOf(start + "Content-Length: 3\r\n\r\nabc") == 0);  // control
}

TEST_CASE("malformed heads are refused with the status that fits", "[unit][http]") {
  CHECK(ErrorOf("GET / HTTP/1.1\r\n\r\n") == 400);  // no Host
  CHECK(ErrorOf("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
  CHECK(ErrorOf("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n") == 400);
  CHECK(ErrorOf("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(ErrorOf("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
  CHECK(ErrorOf("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(ErrorOf("GET / HTTP/1.1\r\nHost: a\r\nX: a\x01z\r\n\r\n") == 400);
  CHECK(ErrorOf("GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n") == 417);
  CHECK(ErrorOf(std::string("\x16\x03\x01\x02\x00", 5) + std::string(40, 'x')) == 400);
  CHECK(ErrorOf("GET / HTTP/1.0\r\n\r\n") == 0);
}

TEST_CASE("line and fields together have one limit", "[unit][http]") {
  const std::string end = "\r\n\r\n";
  CHECK(ErrorOf("GET /" + std::string(300, 'a') + " HTTP/1.1\r\nHost: x" + end, 256) == 431);
  CHECK(ErrorOf("GET /" + std::string(200, 'a') +
                    " HTTP/1.1\r\nHost: x\r\nY: " + std::string(200, 'b') + end,
                256) == 431);
  CHECK(ErrorOf("GET / HTTP/1.1\r\nHost: x\r\nY: " + std::string(300, 'b'), 256) == 431);
  CHECK(ErrorOf("GET /" + std::string(100, 'a') + " HTTP/1.1\r\nHost: x" + end, 256) == 0);
}

TEST_CASE("a body beyond its limit fails with 413, said or chunked", "[unit][http]") {
  for (const char* body : {"Content-Length: 5\r\n\r\nabcde",
                           "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                           "Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\nabc"}) {
    RequestParser parser(1024);
    std::string wire = std::string("POST / HTTP/1.1\r\nHost: x\r\n") + body;
    wire.erase(0, parser.Feed(wire));
    REQUIRE(parser.state() == State::kBody);
    parser.LimitBody(4);
    FeedAll(parser, wire);
    CHECK(parser.state() == State::kFailed);
    CHECK(parser.error() == 413);
  }
}

TEST_CASE("chunk extensions without end are cut off", "[unit][http]") {
  CHECK(ErrorOf("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                std::string(20000, 'a')) == 400);
}

TEST_CASE("an absolute target becomes path and host", "[unit][http]") {
  RequestParser parser(1024);
  FeedAll(parser, "GET http://b.example:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(parser.state() == State::kDone);
  CHECK(parser.request().target == "/p?q");
  CHECK(parser.request().headers.FindAll("Host").size() == 1);
  CHECK(parser.request().headers.Find("Host") == "b.example:81");
}

}  // namespace
}  // namespace tstack::http
