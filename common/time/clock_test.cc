#include <thread>

#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"

namespace tstack {
namespace {

TEST_CASE("a real sleep ends at once when it is told to stop", "[unit][time]") {
  std::stop_source stop;
  const absl::Duration start = RealClock().Steady();
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK_FALSE(RealSleeper().Sleep(absl::Minutes(5), stop.get_token()));
  CHECK(RealClock().Steady() - start < absl::Minutes(1));
}

TEST_CASE("a fake sleep moves the fake clock", "[unit][time]") {
  FakeClock clock;
  const absl::Time before = clock.Now();
  CHECK(clock.Sleep(absl::Hours(2)));
  CHECK(clock.Now() - before == absl::Hours(2));
}

TEST_CASE("steady time ignores a jump of the wall clock", "[unit][time]") {
  FakeClock clock;
  const absl::Duration steady = clock.Steady();
  clock.SetNow(clock.Now() - absl::Hours(5));
  CHECK(clock.Steady() == steady);
}

}  // namespace
}  // namespace tstack
