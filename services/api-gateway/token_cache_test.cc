#include "services/api-gateway/token_cache.h"

#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"

namespace tstack::gateway {
namespace {

using identity::v1::AuthenticateResponse;
using identity::v1::AuthEvent;

constexpr absl::Duration kNoGrace = absl::ZeroDuration();

AuthEvent Beat(int64_t seq) {
  AuthEvent event;
  event.set_seq(seq);
  event.set_beat(true);
  return event;
}

AuthEvent Change(int64_t seq, identity::v1::DependencyKind kind, const std::string& id) {
  AuthEvent event;
  event.set_seq(seq);
  auto* changed = event.add_changed();
  changed->set_kind(kind);
  changed->set_id(id);
  return event;
}

common::v1::AuthChanges Told(int64_t seq, identity::v1::DependencyKind kind,
                             const std::string& id) {
  common::v1::AuthChanges changes;
  changes.set_seq(seq);
  auto* changed = changes.add_changed();
  changed->set_kind(kind);
  changed->set_id(id);
  return changes;
}

AuthenticateResponse Answer(const FakeClock& clock, int64_t seq, const std::string& user) {
  AuthenticateResponse answer;
  answer.set_auth_seq(seq);
  answer.mutable_context()->set_user_id(user);
  answer.mutable_context()->set_expires_at_unix(absl::ToUnixSeconds(clock.Now()) + 3600);
  auto* dependency = answer.add_depends_on();
  dependency->set_kind(identity::v1::USER);
  dependency->set_id(user);
  return answer;
}

struct Fixture {
  FakeClock clock;
  TokenCache cache{TokenCacheOptions{.capacity = 3, .remembered_changes = 4}, clock};

  Fixture() {
    cache.BeginStream();
    cache.Apply(Beat(10));
  }
  TokenCache::Verdict Offer(const std::string& key, int64_t seq, const std::string& user = "u") {
    return cache.Offer(key, cache.Begin(), kNoGrace, Answer(clock, seq, user));
  }
};

TEST_CASE_METHOD(Fixture, "an answer is remembered", "[unit][gateway][token]") {
  CHECK(cache.Find("k") == nullptr);
  REQUIRE(Offer("k", 10).auth != nullptr);
  REQUIRE(cache.Find("k") != nullptr);
  CHECK(cache.Find("k")->user_id() == "u");
}

TEST_CASE_METHOD(Fixture, "a change of what it depends on makes an answer unusable, others not",
                 "[unit][gateway][token]") {
  Offer("k", 10, "u");
  Offer("other", 10, "v");
  cache.Apply(Change(11, identity::v1::USER, "u"));
  CHECK(cache.Find("k") == nullptr);
  CHECK(cache.Find("other") != nullptr);
  CHECK(Offer("k", 10, "u").stale);  // read before the change
  CHECK(Offer("k", 11, "u").auth != nullptr);
  CHECK(cache.Find("k") != nullptr);
}

TEST_CASE_METHOD(Fixture, "what a call changed counts before the stream tells it",
                 "[unit][gateway][token]") {
  Offer("k", 10, "u");
  Offer("other", 10, "v");
  const auto before = cache.Begin();
  cache.ApplyOwn(Told(1, identity::v1::USER, "u"));
  CHECK(cache.Find("k") == nullptr);
  CHECK(cache.Find("other") != nullptr);
  CHECK(cache.Offer("k", before, kNoGrace, Answer(clock, 10, "u")).stale);  // asked before it
  CHECK(Offer("k", 10, "u").auth != nullptr);                               // asked after it
  CHECK(cache.Find("k") != nullptr);
  cache.ApplyOwn(Told(1, identity::v1::EVERYTHING, ""));
  CHECK(cache.Find("k") == nullptr);
  CHECK(cache.Find("other") == nullptr);
}

TEST_CASE_METHOD(Fixture, "calls ask for the newest change that was streamed or, lately, told",
                 "[unit][gateway][token]") {
  CHECK(cache.NewestSeq() == 10);
  cache.ApplyOwn(Told(14, identity::v1::USER, "u"));
  cache.ApplyOwn(Told(13, identity::v1::USER, "v"));
  CHECK(cache.NewestSeq() == 14);
  cache.Apply(Beat(12));
  CHECK(cache.NewestSeq() == 14);
  clock.Advance(absl::Seconds(5));
  CHECK(cache.NewestSeq() == 12);  // 14 was rolled back, or the database restored
  cache.ApplyOwn(Told(3, identity::v1::USER, "u"));
  CHECK(cache.NewestSeq() == 12);
}

TEST_CASE_METHOD(Fixture, "what a call changed is left to the stream after a while",
                 "[unit][gateway][token]") {
  const auto before = cache.Begin();
  cache.ApplyOwn(Told(1, identity::v1::USER, "u"));
  clock.Advance(absl::Seconds(4));
  cache.Apply(Beat(10));
  CHECK(cache.Offer("k", before, kNoGrace, Answer(clock, 10, "u")).stale);
  clock.Advance(absl::Seconds(1));
  cache.Apply(Beat(11));
  CHECK(cache.Offer("k", before, kNoGrace, Answer(clock, 11, "u")).auth != nullptr);
}

TEST_CASE_METHOD(Fixture, "a coarse change makes everything unusable", "[unit][gateway][token]") {
  Offer("k", 10);
  cache.Apply(Change(11, identity::v1::EVERYTHING, ""));
  CHECK(cache.Find("k") == nullptr);
  CHECK(Offer("k", 10).stale);
}

TEST_CASE_METHOD(Fixture, "a kind of change that this build does not know is coarse",
                 "[unit][gateway][token]") {
  Offer("k", 10);
  cache.Apply(Change(11, identity::v1::UNKNOWN, "x"));
  CHECK(cache.Find("k") == nullptr);
}

TEST_CASE_METHOD(Fixture, "nothing is usable a second after the last beat",
                 "[unit][gateway][token]") {
  Offer("k", 10);
  clock.Advance(absl::Seconds(1));
  CHECK(cache.Find("k") != nullptr);
  clock.Advance(absl::Milliseconds(1));
  CHECK(cache.Find("k") == nullptr);
  CHECK_FALSE(cache.Usable());
  cache.Apply(Change(11, identity::v1::USER, "v"));  // a change is no beat
  CHECK(cache.Find("k") == nullptr);
  cache.Apply(Beat(11));
  CHECK(cache.Find("k") != nullptr);
}

TEST_CASE_METHOD(Fixture, "a token ends by the clock", "[unit][gateway][token]") {
  Offer("k", 10);
  clock.SetNow(clock.Now() + absl::Hours(1));
  CHECK(cache.Find("k") == nullptr);
  const auto late = cache.Offer("k", cache.Begin(), kNoGrace, [&] {
    auto answer = Answer(clock, 10, "u");
    answer.mutable_context()->set_expires_at_unix(absl::ToUnixSeconds(clock.Now()));
    return answer;
  }());
  CHECK(late.auth == nullptr);
  CHECK_FALSE(late.stale);
}

TEST_CASE_METHOD(Fixture, "numbers that go back mean another history: nothing of the old counts",
                 "[unit][gateway][token]") {
  Offer("k", 10);
  const auto ticket = cache.Begin();
  cache.Apply(Beat(4));
  CHECK(cache.Find("k") == nullptr);
  CHECK(cache.Offer("k", ticket, kNoGrace, Answer(clock, 10, "u")).stale);
  CHECK(Offer("k", 4).auth != nullptr);
}

TEST_CASE("what was answered before the first stream is not trusted once it runs",
          "[unit][gateway][token]") {
  FakeClock clock;
  TokenCache cache({}, clock);
  CHECK(cache.Offer("k", cache.Begin(), kNoGrace, Answer(clock, 5, "u")).auth != nullptr);
  CHECK(cache.Find("k") == nullptr);  // no beat
  CHECK(cache.BeginStream() == 0);
  cache.Apply(Beat(7));
  CHECK(cache.Find("k") == nullptr);  // 6 may have been its end
  CHECK(cache.BeginStream() == 7);
}

TEST_CASE_METHOD(Fixture, "only the last changes are remembered; older answers are asked again",
                 "[unit][gateway][token]") {
  for (int64_t seq = 11; seq <= 16; ++seq)
    cache.Apply(Change(seq, identity::v1::USER, "x" + std::to_string(seq)));
  CHECK(Offer("k", 11).stale);  // its change may be among the forgotten ones
  CHECK(Offer("k", 12).auth != nullptr);
}

TEST_CASE_METHOD(Fixture, "a full cache forgets what was used least recently",
                 "[unit][gateway][token]") {
  for (const char* key : {"a", "b", "c"}) Offer(key, 10);
  cache.Find("a");
  Offer("d", 10);
  CHECK(cache.size() == 3);
  CHECK(cache.Find("a") != nullptr);
  CHECK(cache.Find("b") == nullptr);
}

TEST_CASE("a token's key does not show the token, and differs for answers past expiry",
          "[unit][gateway][token]") {
  CHECK(TokenKey("secret", kNoGrace).find("secret") == std::string::npos);
  CHECK(TokenKey("secret", kNoGrace) != TokenKey("secret", absl::Hours(1)));
}

}  // namespace
}  // namespace tstack::gateway
