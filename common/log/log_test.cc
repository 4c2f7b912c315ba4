#include "common/log/log.h"

#include <thread>
#include <type_traits>

#include <catch2/catch.hpp>

#include "common/log/capture.h"
#include "common/log/fault_limiter.h"
#include "common/log/json_line.h"
#include "common/time/fake_clock.h"

namespace tstack::log {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!std::is_constructible_v<Value, Secret<std::string>>);
static_assert(!std::is_convertible_v<Secret<std::string>, std::string>);
static_assert(!Printable<Secret<std::string>>);
static_assert(!Printable<Secret<int>>);
static_assert(std::is_constructible_v<Value, std::string> &&
              Printable<std::string>);  // the control

CallContext Alice() {
  CallContext ctx;
  ctx.request.request_id = "req-1";
  ctx.request.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ctx.request.auth.set_project_id("p1");
  ctx.request.auth.set_user_id("u1");
  return ctx;
}

}  // namespace

TEST_CASE("a line has the fixed keys, the request's and the fields", "[unit][log]") {
  const CallContext ctx = Alice();
  const std::string line = JsonLine(
      absl::FromUnixSeconds(1'800'000'000), Level::kWarn, "volume", &ctx.request, "extended",
      {{"resource_id", "v1"}, {"size_gib", 20}, {"ratio", 0.5}, {"forced", true}}, "done");
  CHECK(
      line ==
      R"({"ts":"2027-01-15T08:00:00.000000Z","level":"WARN","service":"volume","event":"extended",)"
      R"("request_id":"req-1","trace_id":"0af7651916cd43dd8448eb211c80319c","project_id":"p1","user_id":"u1",)"
      R"("resource_id":"v1","size_gib":20,"ratio":0.5,"forced":true,"msg":"done"})");
}

TEST_CASE("a status becomes code, reason and text", "[unit][log]") {
  Capture capture;
  Error(Alice(), "failed", {{"error", tstack::Error(StatusCode::kNotFound, "NO_VOLUME", "gone")}});
  REQUIRE(capture.Lines().size() == 1);
  CHECK(capture.Count(R"("error_code":"NOT_FOUND","error_reason":"NO_VOLUME","error":"gone")") ==
        1);
}

TEST_CASE("escapes keep a line one line of valid UTF-8", "[unit][log]") {
  std::string out;
  AppendEscaped(out, "a\"b\\c\nd\x01\xC3\xA4\xFF\xC0\x80\xED\xA0\x80z");
  CHECK(out ==
        "a\\\"b\\\\c\\nd\\u0001\xC3\xA4\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
        "\xEF\xBF\xBDz");
}

TEST_CASE("lines below the level are not written", "[unit][log]") {
  Capture capture;
  Debug("hidden");
  Info("shown");
  SetLevel(Level::kDebug);
  Debug("debugged");
  SetLevel(Level::kInfo);
  CHECK(capture.Count("hidden") == 0);
  CHECK(capture.Count("shown") == 1);
  CHECK(capture.Count("debugged") == 1);
}

TEST_CASE("levels have names", "[unit][log]") {
  CHECK(*ParseLevel("") == Level::kInfo);
  CHECK(*ParseLevel("error") == Level::kError);
  CHECK_FALSE(ParseLevel("loud").ok());
}

TEST_CASE("threads write whole lines", "[unit][log]") {
  Capture capture;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 100; ++i) Info("tick", {{"n", i}});
      });
    }
  }
  CHECK(capture.Lines().size() == 400);
  CHECK(capture.Count("\"n\":99}") == 4);
}

TEST_CASE("the first fault is told, later ones are counted", "[unit][log]") {
  FakeClock clock;
  FaultLimiter faults(clock, absl::Minutes(1));
  CHECK(faults.Admit("db") == 0);
  CHECK(faults.Admit("db") == std::nullopt);
  CHECK(faults.Admit("db") == std::nullopt);
  CHECK(faults.Admit("amqp") == 0);
  clock.Advance(absl::Minutes(1));
  CHECK(faults.Admit("db") == 2);
  CHECK(faults.Clear("db"));
  CHECK_FALSE(faults.Clear("db"));
  CHECK(faults.Admit("db") == 0);
}

}  // namespace tstack::log
