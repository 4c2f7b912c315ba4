#include "tools/supervisor/service.h"

#include <catch2/catch.hpp>

namespace tstack::supervisor {
namespace {

using Action = Service::Action;

v1::ServiceSpec Spec(const char* fingerprint = "a") {
  v1::ServiceSpec spec;
  spec.set_name("identity");
  spec.set_fingerprint(fingerprint);
  spec.set_stop_timeout_ms(5000);
  return spec;
}

struct Fixture {
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  Service service{Spec()};

  void Start(pid_t pid) {
    REQUIRE(service.Next(now) == Action::kStart);
    service.OnStarted(pid, now);
  }
};

TEST_CASE_METHOD(Fixture, "a new service is started once", "[unit][supervisor]") {
  Start(7);
  CHECK(service.Next(now) == Action::kNothing);
  CHECK(service.Status().state() == v1::ServiceStatus::RUNNING);
}

TEST_CASE_METHOD(Fixture, "a process that dies at once is started again ever more slowly",
                 "[unit][supervisor]") {
  Start(7);
  absl::Duration before;
  for (int i = 0; i < 12; ++i) {
    service.OnEnded("signal 9", now);
    CHECK(service.Next(now) == Action::kNothing);
    const absl::Duration pause = service.WakeAt() - now;
    CHECK(pause >= before);
    CHECK(pause <= kLongestPause);
    before = pause;
    now += pause;
    Start(8 + i);
  }
  CHECK(service.Status().crash_loop());
  CHECK(service.Status().restarts() == 12);
  CHECK(service.Status().last_end() == "signal 9");
}

TEST_CASE_METHOD(Fixture, "a process that ran for long is started again quickly",
                 "[unit][supervisor]") {
  Start(7);
  for (int i = 0; i < 6; ++i) {
    service.OnEnded("exit code 1", now);
    now = service.WakeAt();
    Start(8 + i);
  }
  now += kStable;
  service.OnEnded("exit code 1", now);
  CHECK(service.WakeAt() - now == kFirstPause);
  CHECK_FALSE(service.Status().crash_loop());
}

TEST_CASE_METHOD(Fixture, "stopping sends one SIGTERM, then SIGKILL after the time-out",
                 "[unit][supervisor]") {
  Start(7);
  service.Stop();
  CHECK(service.Next(now) == Action::kTerminate);
  CHECK(service.Next(now) == Action::kNothing);
  CHECK(service.Status().state() == v1::ServiceStatus::STOPPING);
  now = service.WakeAt();
  CHECK(service.Next(now) == Action::kKill);
  service.OnEnded("signal 9", now);
  CHECK(service.Next(now + absl::Hours(1)) == Action::kNothing);
  CHECK(service.Status().state() == v1::ServiceStatus::STOPPED);
  CHECK(service.Status().restarts() == 0);
}

TEST_CASE_METHOD(Fixture, "a restart replaces the process without back-off", "[unit][supervisor]") {
  Start(7);
  service.Restart(now);
  CHECK(service.Next(now) == Action::kTerminate);
  service.OnEnded("exit code 0", now);
  Start(8);
  CHECK(service.Status().restarts() == 0);
}

TEST_CASE_METHOD(Fixture, "ensuring the same spec does nothing, another one restarts",
                 "[unit][supervisor]") {
  Start(7);
  service.Ensure(Spec(), now);
  CHECK(service.Next(now) == Action::kNothing);
  service.Ensure(Spec("b"), now);
  CHECK(service.Next(now) == Action::kTerminate);
}

TEST_CASE_METHOD(Fixture, "ensuring a stopped or backed-off service starts it at once",
                 "[unit][supervisor]") {
  Start(7);
  service.Stop();
  REQUIRE(service.Next(now) == Action::kTerminate);
  service.OnEnded("exit code 0", now);
  service.Ensure(Spec(), now);
  Start(8);
  service.OnEnded("exit code 1", now);
  CHECK(service.Next(now) == Action::kNothing);
  service.Ensure(Spec(), now);
  Start(9);
}

TEST_CASE_METHOD(Fixture, "a service that is stopped while it stops stays stopped",
                 "[unit][supervisor]") {
  Start(7);
  service.Restart(now);
  REQUIRE(service.Next(now) == Action::kTerminate);
  service.Stop();
  service.OnEnded("exit code 0", now);
  CHECK(service.Next(now) == Action::kNothing);
}

}  // namespace
}  // namespace tstack::supervisor
