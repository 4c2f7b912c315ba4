#include "common/db/metrics.h"

#include <catch2/catch.hpp>

#include "common/log/capture.h"

namespace tstack::db {
namespace {

TEST_CASE("statements are counted by name and outcome", "[unit][db]") {
  metrics::Registry registry;
  const StatementObserver observe = ObserveInto(registry);
  observe({"project_insert", absl::Milliseconds(2), "ok"});
  observe({"project_insert", absl::Milliseconds(2), "conflict"});
  observe({"commit", absl::Milliseconds(1), "ok"});
  const std::string text = registry.Text();
  CHECK(text.find("tstack_db_statement_total{outcome=\"conflict\",statement="
                  "\"project_insert\"} 1") != std::string::npos);
  CHECK(text.find("tstack_db_statement_duration_seconds_count{statement="
                  "\"project_insert\"} 2") != std::string::npos);
  CHECK(text.find("tstack_db_statement_total{outcome=\"ok\",statement=\"commit\"} 1") !=
        std::string::npos);
}

TEST_CASE("the number of statement names is bounded", "[unit][db]") {
  metrics::Registry registry;
  const StatementObserver observe = ObserveInto(registry);
  for (int i = 0; i < 600; ++i) {
    const std::string name = "statement" + std::to_string(i);
    observe({name, absl::Milliseconds(1), "ok"});
  }
  const std::string text = registry.Text();
  CHECK(text.find("statement=\"statement499\"") != std::string::npos);
  CHECK(text.find("statement=\"statement500\"") == std::string::npos);
  CHECK(text.find("tstack_db_statement_total{outcome=\"ok\",statement="
                  "\"other\"} 100") != std::string::npos);
}

TEST_CASE("a statement of a sampled trace is a span below its call", "[unit][db]") {
  metrics::Registry registry;
  trace::Tracer tracer({}, RealIds(), RealClock(), registry);
  const StatementObserver observe = ObserveInto(registry, &tracer);
  RequestContext request;
  const log::Capture capture;
  request.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  observe({"project_get", absl::Milliseconds(2), "ok", &request});
  CHECK(capture.Lines().empty());  // not sampled
  request.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  observe({"project_get", absl::Milliseconds(2), "lost", &request});
  REQUIRE(capture.Lines().size() == 1);
  const std::string line = capture.Lines()[0];
  CHECK(line.find("sql project_get") != std::string::npos);
  CHECK(line.find("b7ad6b7169203331") != std::string::npos);
  CHECK(line.find("lost") != std::string::npos);
}

}  // namespace
}  // namespace tstack::db
