#include "services/identity/passwords/pooled_hasher.h"

#include <atomic>

#include <catch2/catch.hpp>

#include "common/ids/fake_ids.h"
#include "common/time/clock.h"

namespace tstack::identity::passwords {
namespace {

CallContext Soon() {
  CallContext ctx;
  ctx.deadline = RealClock().Now() + absl::Seconds(30);
  return ctx;
}

TEST_CASE("a password verifies against its own hash only", "[unit][identity][password]") {
  FakeIds ids;
  PooledHasher hasher({4, 1, 4}, ids);
  const auto hash = hasher.Hash(Soon(), "s3cret");
  REQUIRE(hash.ok());
  CHECK(hasher.Verify(Soon(), "s3cret", *hash).value());
  CHECK_FALSE(hasher.Verify(Soon(), "other", *hash).value());
  CHECK_FALSE(hasher.Verify(Soon(), "s3cret", "garbage").value());
  CHECK(hasher.VerifyNothing(Soon(), "s3cret").ok());
  CHECK(ReasonOf(hasher.Hash(Soon(), std::string(73, 'x')).status()) == "PASSWORD_TOO_LONG");
}

TEST_CASE("logins beyond the queue are refused with a time to retry, the others are served",
          "[unit][identity][password]") {
  FakeIds ids;
  PooledHasher hasher({8, 1, 2}, ids);
  std::atomic<int> served = 0, refused = 0;
  std::vector<std::jthread> storm;
  for (int i = 0; i < 12; ++i) {
    storm.emplace_back([&] {
      const Status status = hasher.VerifyNothing(Soon(), "x");
      if (status.ok()) ++served;
      if (ReasonOf(status) == "LOGIN_OVERLOADED" && DetailOf(status).retry_after_seconds() > 0)
        ++refused;
    });
  }
  storm.clear();
  CHECK(served + refused == 12);
  CHECK(served >= 2);
  CHECK(refused >= 1);
  CHECK(hasher.VerifyNothing(Soon(), "x").ok());
}

TEST_CASE("a caller whose deadline has passed or who was cancelled does not wait",
          "[unit][identity][password]") {
  FakeIds ids;
  PooledHasher hasher({4, 1, 4}, ids);
  CallContext late;
  late.deadline = RealClock().Now() - absl::Seconds(1);
  const Status status = hasher.VerifyNothing(late, "x");
  CHECK((status.ok() || absl::IsDeadlineExceeded(status)));
  std::stop_source stop;
  stop.request_stop();
  CallContext cancelled = Soon();
  cancelled.stop = stop.get_token();
  const Status other = hasher.VerifyNothing(cancelled, "x");
  CHECK((other.ok() || absl::IsCancelled(other)));
}

TEST_CASE("who could not be served before its deadline is refused at once, with an honest time",
          "[unit][identity][password]") {
  FakeIds ids;
  metrics::Registry registry;
  HasherMetrics metrics(registry);
  PooledHasher hasher({8, 1, 1000}, ids, &metrics);
  std::atomic<int> served = 0;
  std::vector<std::jthread> storm;
  for (int i = 0; i < 40; ++i)
    storm.emplace_back([&] { served += hasher.VerifyNothing(Soon(), "x").ok(); });
  while (hasher.waiting() < 2) std::this_thread::yield();
  CallContext hasty;
  hasty.deadline = RealClock().Now() + absl::Milliseconds(2);
  const Status status = hasher.VerifyNothing(hasty, "x");
  CHECK(ReasonOf(status) == "LOGIN_OVERLOADED");
  CHECK(DetailOf(status).retry_after_seconds() >= 1);
  CHECK(DetailOf(status).retry_after_seconds() <= 60);
  CHECK(metrics.refused.Value() == 1);
  storm.clear();
  CHECK(served == 40);
  CHECK(metrics.hashes.Count() == 40);
  CHECK(metrics.waits.Count() == 40);
  CHECK(metrics.waiting.Value() == 0);
}

TEST_CASE("a hash of another cost or kind is outdated", "[unit][identity][password]") {
  FakeIds ids;
  PooledHasher today({5, 1, 4}, ids);
  PooledHasher before({4, 1, 4}, ids);
  CHECK_FALSE(today.Outdated(today.Hash(Soon(), "x").value()));
  CHECK(today.Outdated(before.Hash(Soon(), "x").value()));
  CHECK(today.Outdated("$2a$05$" + std::string(53, 'x')));
  CHECK(today.Outdated("garbage"));
}

}  // namespace
}  // namespace tstack::identity::passwords
