#include "tools/tstack_cli/progress.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"

namespace tstack::cli {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("a long wait shows a sign of life every two seconds and what it waits for",
          "[unit][tstack]") {
  FakeClock clock;
  std::ostringstream out;
  Progress progress(out, clock, clock);
  const absl::Duration end = clock.Steady() + absl::Seconds(5);
  const Status status = progress.WaitFor("start it", absl::Minutes(1), [&]() -> Status {
    if (clock.Steady() >= end) return absl::OkStatus();
    return Error(StatusCode::kUnavailable, "X", "not listening");
  });
  CHECK(status.ok());
  CHECK_THAT(out.str(), Contains("start it … 2.0 s, not listening") && Contains("start it … 4.") &&
                            Contains("(5.0 s)"));
}

TEST_CASE("a wait ends with the last reason when patience is over, at once if it is hopeless",
          "[unit][tstack]") {
  FakeClock clock;
  std::ostringstream out;
  Progress progress(out, clock, clock);
  int asked = 0;
  const auto answer = [&](StatusCode code) {
    return [&asked, code] {
      ++asked;
      return Error(code, "X", "no");
    };
  };
  const Status late = progress.WaitFor("a", absl::Seconds(3), answer(StatusCode::kUnavailable));
  CHECK_THAT(std::string(late.message()), Contains("no") && Contains("a failed after 3"));
  CHECK(asked > 10);
  asked = 0;
  CHECK_FALSE(progress.WaitFor("b", absl::Hours(1), answer(StatusCode::kAborted)).ok());
  CHECK(asked == 1);
}

TEST_CASE("durations are short to read", "[unit][tstack]") {
  CHECK(Short(absl::Milliseconds(1240)) == "1.2 s");
  CHECK(Short(absl::Minutes(5)) == "5 min");
  CHECK(Short(absl::Hours(50)) == "2 d");
}

}  // namespace
}  // namespace tstack::cli
