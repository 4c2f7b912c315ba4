#include "common/http/address.h"

#include <catch2/catch.hpp>

#include "common/http/http.h"
#include "common/http/response_head.h"
#include "common/http/target.h"

namespace tstack::http {
namespace {

TEST_CASE("hosts that may stand in a URL are parsed, others are not", "[unit][http]") {
  CHECK(ParseHostPort("Cloud.example:21000")->host == "cloud.example");
  CHECK(ParseHostPort("cloud.example:21000")->port == 21000);
  CHECK(ParseHostPort("10.0.0.1")->port == 0);
  CHECK(FormatHostPort(*ParseHostPort("[2001:DB8::1]:80")) == "[2001:db8::1]:80");
  for (const char* text : {"", ":80", "a:", "a:0", "a:65536", "a:8x", "a b", "a/b", "a@b", "[::1",
                           "[10.0.0.1]", "::1", "a\"b", "[::1]x"}) {
    INFO(text);
    CHECK_FALSE(ParseHostPort(text).has_value());
  }
}

TEST_CASE("a network contains its addresses only", "[unit][http]") {
  const Cidr ten = *Cidr::Parse("10.1.0.0/15");
  CHECK(ten.Contains("10.0.255.255"));
  CHECK(ten.Contains("10.1.2.3"));
  CHECK(ten.Contains("::ffff:10.1.2.3"));
  CHECK_FALSE(ten.Contains("10.2.0.0"));
  CHECK_FALSE(ten.Contains("unix"));
  CHECK(Cidr::Parse("::1")->Contains("::1"));
  CHECK_FALSE(Cidr::Parse("::1")->Contains("127.0.0.1"));
  CHECK(Cidr::Parse("0.0.0.0/0")->Contains("192.0.2.1"));
  CHECK_FALSE(Cidr::Parse("0.0.0.0/0")->Contains("2001:db8::1"));
  for (const char* text : {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "x"})
    CHECK_FALSE(Cidr::Parse(text).ok());
}

TEST_CASE("secrets in a query are not shown", "[unit][http]") {
  CHECK(RedactTarget("/v3/users?name=a&X-Token=abc&b") == "/v3/users?name=a&X-Token=***&b");
  CHECK(RedactTarget("/v3/users?password=p&signature=s") == "/v3/users?password=***&signature=***");
  CHECK(RedactTarget("/v3/users") == "/v3/users");
}

TEST_CASE("header names compare without case", "[unit][http]") {
  Headers headers;
  headers.Add("X-Auth-Token", "a");
  headers.Add("x-auth-token", "b");
  CHECK(headers.Find("x-AUTH-token") == "a");
  CHECK(headers.FindAll("X-AUTH-TOKEN").size() == 2);
  headers.Set("X-Auth-token", "c");
  CHECK(headers.fields().size() == 1);
}

TEST_CASE("no header value can begin a line of its own", "[unit][http]") {
  Response response;
  response.headers.Add("Location", "http://a/\r\nSet-Cookie: x=1");
  response.headers.Add("Content-Length", "77");
  const std::string head = WriteHead(response, {.length = 2, .now = absl::UnixEpoch()});
  CHECK(head.find("\r\nSet-Cookie") == std::string::npos);
  CHECK(head.find("Content-Length: 2\r\n") != std::string::npos);
  CHECK(head.find("77") == std::string::npos);
  CHECK(head.find("Date: Thu, 01 Jan 1970 00:00:00 GMT") != std::string::npos);
}

}  // namespace
}  // namespace tstack::http
