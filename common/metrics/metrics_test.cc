#include "common/metrics/metrics.h"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include <catch2/catch.hpp>

#include "common/metrics/golden.h"

namespace tstack::metrics {
namespace {

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("counters, gauges and histograms appear in the text exposition", "[unit][metrics]") {
  Registry registry;
  registry.AddCounter("tstack_test_things_total", "Things.").Add(3);
  registry.AddGauge("tstack_test_queue_length", "Waiting.").Set(7);
  registry.AddHistogram("tstack_test_wait_seconds", "Waits.", {0.1, 1}).Observe(0.5);
  const std::string text = registry.Text();
  CHECK(Has(text,
            "# HELP tstack_test_things_total Things.\n# TYPE tstack_test_things_total counter\n"));
  CHECK(Has(text, "tstack_test_things_total 3\n"));
  CHECK(Has(text, "tstack_test_queue_length 7\n"));
  CHECK(Has(text, "tstack_test_wait_seconds_bucket{le=\"0.1\"} 0\n"));
  CHECK(Has(text, "tstack_test_wait_seconds_bucket{le=\"1\"} 1\n"));
}

TEST_CASE("label values come from a closed set", "[unit][metrics]") {
  Registry registry;
  auto& family =
      registry.Counters("tstack_test_calls_total", "Calls.", {{"code", {"ok", "failed"}}});
  family.With({"ok"}).Add();
  family.With({"req-4711"}).Add();
  family.With({"req-4712"}).Add();
  CHECK(family.With({"ok"}).Value() == 1);
  CHECK(family.With({"other"}).Value() == 2);
  CHECK_FALSE(Has(registry.Text(), "req-"));
}

TEST_CASE("a second owner joins a family and adds its values", "[unit][metrics]") {
  Registry registry;
  auto& first = registry.Counters("tstack_test_calls_total", "Calls.", {{"backend", {"identity"}}});
  auto& second = registry.Counters("tstack_test_calls_total", "Calls.", {{"backend", {"volume"}}});
  CHECK(&first == &second);
  second.With({"volume"}).Add();
  CHECK(first.With({"volume"}).Value() == 1);
  CHECK(first.With({"other"}).Value() == 0);
}

TEST_CASE("a golden file tells added and removed names apart", "[unit][metrics]") {
  Registry registry;
  registry.AddGauge("tstack_test_a", "A.");
  registry.Counters("tstack_test_b_total", "B.", {{"x", {}}, {"y", {}}});
  CHECK(registry.Names() ==
        std::vector<std::string>{"tstack_test_a gauge", "tstack_test_b_total counter x,y"});
  char path[] = "/tmp/tstack-golden-XXXXXX";
  const int fd = mkstemp(path);
  REQUIRE(fd >= 0);
  close(fd);
  std::ofstream(path) << "tstack_test_a gauge\ntstack_test_c gauge\n";
  CHECK(DiffWithGolden(registry, path) ==
        "+tstack_test_b_total counter x,y\n-tstack_test_c gauge\n");
  std::ofstream(path) << "tstack_test_a gauge\ntstack_test_b_total counter x,y\n";
  CHECK(DiffWithGolden(registry, path).empty());
  unlink(path);
}

}  // namespace tstack::metrics
