#include "common/db/metrics.h"

#include <catch2/catch.hpp>

namespace tstack::db {
namespace {

TEST_CASE("statements are counted by name and outcome, unknown names together", "[unit][db]") {
  metrics::Registry registry;
  const StatementObserver observe = ObserveInto(registry, {"project_insert"});
  observe({"project_insert", absl::Milliseconds(2), "ok"});
  observe({"project_insert", absl::Milliseconds(2), "conflict"});
  observe({"commit", absl::Milliseconds(1), "ok"});
  observe({"surprise", absl::Milliseconds(1), "ok"});
  const std::string text = registry.Text();
  CHECK(
      text.find("tstack_db_statement_total{outcome=\"conflict\",statement=\"project_insert\"} 1") !=
      std::string::npos);
  CHECK(text.find("tstack_db_statement_duration_seconds_count{statement=\"project_insert\"} 2") !=
        std::string::npos);
  CHECK(text.find("statement=\"other\"") != std::string::npos);
  CHECK(text.find("surprise") == std::string::npos);
}

}  // namespace
}  // namespace tstack::db
