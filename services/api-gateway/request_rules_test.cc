#include <catch2/catch.hpp>

#include "services/api-gateway/base_url.h"
#include "services/api-gateway/cors.h"
#include "services/api-gateway/request_headers.h"

namespace tstack::gateway {
namespace {

http::Request From(const std::string& peer,
                   const std::vector<std::pair<std::string, std::string>>& headers) {
  http::Request request;
  request.remote_address = peer;
  for (const auto& [name, value] : headers) request.headers.Add(name, value);
  return request;
}

TEST_CASE("links begin with what the client wrote as host", "[unit][gateway]") {
  const auto rules = OriginRules::Make({});
  CHECK(rules->Of(From("1.2.3.4", {{"Host", "Cloud:21000"}}), "").base_url == "http://cloud:21000");
  CHECK(rules->Of(From("1.2.3.4", {{"Host", "cloud:80"}}), "").base_url == "http://cloud");
  CHECK(rules->Of(From("1.2.3.4", {{"Host", "cloud"}}), "https://pub/").base_url == "https://pub");
}

TEST_CASE("only trusted proxies may say where a request came from", "[unit][gateway]") {
  const auto rules = OriginRules::Make({"10.0.0.0/8", "unix"});
  REQUIRE(rules.ok());
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"Host", "inner"},
      {"X-Forwarded-Proto", "https"},
      {"X-Forwarded-Host", "cloud.example"},
      {"X-Forwarded-Port", "8443"},
      {"X-Forwarded-Prefix", "/site/"},
      {"X-Forwarded-For", "6.6.6.6, 192.0.2.7, 10.1.1.1"}};
  for (const char* peer : {"10.9.9.9", "unix"}) {
    const Origin trusted = rules->Of(From(peer, headers), "");
    CHECK(trusted.base_url == "https://cloud.example:8443/site");
    CHECK(trusted.client == "192.0.2.7");  // 6.6.6.6 may be invented
  }
  const Origin stranger = rules->Of(From("192.0.2.9", headers), "");
  CHECK(stranger.base_url == "http://inner");
  CHECK(stranger.client == "192.0.2.9");
}

TEST_CASE("of a chain of forwarded values only the trusted proxy's own counts", "[unit][gateway]") {
  const auto rules = OriginRules::Make({"10.0.0.0/8"});
  const Origin origin = rules->Of(From("10.0.0.1", {{"Host", "inner"},
                                                    {"X-Forwarded-Proto", "http, https"},
                                                    {"X-Forwarded-Host", "evil.example"},
                                                    {"X-Forwarded-Host", "evil.example, cloud"},
                                                    {"X-Forwarded-Port", "1, 8443"},
                                                    {"X-Forwarded-Prefix", "/evil, /site"}}),
                                  "");
  CHECK(origin.base_url == "https://cloud:8443/site");
}

TEST_CASE("forwarded values that could not stand in a URL are ignored", "[unit][gateway]") {
  const auto rules = OriginRules::Make({"10.0.0.0/8"});
  const Origin origin = rules->Of(From("10.0.0.1", {{"Host", "inner"},
                                                    {"X-Forwarded-Proto", "javascript"},
                                                    {"X-Forwarded-Host", "a\"b"},
                                                    {"X-Forwarded-Port", "x"},
                                                    {"X-Forwarded-Prefix", "//evil"},
                                                    {"X-Forwarded-For", "nonsense"}}),
                                  "");
  CHECK(origin.base_url == "http://inner");
  CHECK(origin.client == "10.0.0.1");
  CHECK_FALSE(OriginRules::Make({"10.0.0.0/8", "nonsense"}).ok());
}

TEST_CASE("a global request id is taken only in its own form", "[unit][gateway]") {
  const std::string good = "req-0f411f61-16e0-4dd7-9222-6f2e32c150ce";
  CHECK(GlobalRequestId(From("", {{"x-openstack-request-id", good}}).headers) == good);
  for (const char* bad : {"", "req-", "0f411f61-16e0-4dd7-9222-6f2e32c150ce", "req-x\ny",
                          "req-0f411f61-16e0-4dd7-9222-6f2e32c150ceX"})
    CHECK(GlobalRequestId(From("", {{"X-OpenStack-Request-ID", bad}}).headers).empty());
}

TEST_CASE("answers differ by origin also where nothing is allowed, and say so to caches",
          "[unit][gateway]") {
  config::v1::Cors config;
  config.add_allowed_origins("https://ui.example");
  const auto cors = Cors::Make(config);
  REQUIRE(cors.ok());
  for (const char* origin : {"https://ui.example", "https://evil.example"}) {
    http::Headers headers;
    cors->Allow(From("", {{"Origin", origin}}), headers);
    CHECK(headers.Find("Vary") == "Origin");
  }
}

TEST_CASE("a wildcard origin cannot have credentials", "[unit][gateway]") {
  config::v1::Cors config;
  config.add_allowed_origins("*");
  CHECK(Cors::Make(config).ok());
  config.set_allow_credentials(true);
  CHECK_FALSE(Cors::Make(config).ok());
}

}  // namespace
}  // namespace tstack::gateway
