#include "services/identity/tokens/codec.h"

#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"
#include "services/identity/tokens/fake_key_store.h"

namespace tstack::identity::tokens {
namespace {

// Two processes on one database.
struct Fixture {
  FakeClock clock;
  FakeIds ids;
  FakeKeyStore store{clock};
  KeyRingOptions options{absl::Seconds(10), absl::Hours(24), 3};
  KeyRing ring_a{store, clock, options};
  KeyRing ring_b{store, clock, options};
  TokenCodec a{ring_a, MethodBits::Default(), ids};
  TokenCodec b{ring_b, MethodBits::Default(), ids};
  CallContext ctx;

  Fixture() { REQUIRE(store.EnsureKeys(ctx).ok()); }

  std::string Token(TokenCodec& codec) {
    const Payload payload{
        "user", {"password"}, {}, clock.Now() + absl::Hours(1), {codec.NewAuditId()}};
    auto token = codec.Write(ctx, payload, clock.Now());
    REQUIRE(token.ok());
    return *token;
  }
  void TickBoth() {
    ring_a.Tick(ctx);
    ring_b.Tick(ctx);
  }
};

TEST_CASE_METHOD(Fixture, "what one process writes another opens, and nobody else's text",
                 "[unit][identity][token]") {
  const auto opened = b.Open(ctx, Token(a));
  REQUIRE(opened.ok());
  CHECK(opened->payload.user_id == "user");
  CHECK(opened->issued_at == clock.Now());
  CHECK(ReasonOf(b.Open(ctx, "not a token").status()) == "TOKEN_INVALID");
}

TEST_CASE_METHOD(Fixture, "a key signs only after every process had two refreshes to read it",
                 "[unit][identity][keys]") {
  const std::string old_token = Token(a);
  CHECK(ReasonOf(ring_a.Rotate(ctx)) == "TOKEN_KEY_TOO_YOUNG");
  clock.Advance(absl::Seconds(21));
  ring_b.Tick(ctx);
  REQUIRE(ring_a.Rotate(ctx).ok());
  // b has not refreshed since, and opens a token of the new key: it was staged when b read it.
  const int loads = store.loads();
  CHECK(b.Open(ctx, Token(a)).ok());
  CHECK(store.loads() == loads);
  // And b, still signing with the old key, is understood by a.
  CHECK(a.Open(ctx, Token(b)).ok());
  CHECK(a.Open(ctx, old_token).ok());
}

TEST_CASE_METHOD(
    Fixture,
    "a process that missed two rotations reads the keys again for a token it does not know",
    "[unit][identity][keys]") {
  const std::string warm = Token(b);
  for (int i = 0; i < 2; ++i) {
    clock.Advance(absl::Seconds(21));
    REQUIRE(ring_a.Rotate(ctx).ok());
  }
  CHECK(b.Open(ctx, Token(a)).ok());
}

TEST_CASE_METHOD(Fixture, "unknown tokens do not make a storm of key reads",
                 "[unit][identity][keys]") {
  REQUIRE(b.Open(ctx, Token(a)).ok());
  const int loads = store.loads();
  for (int i = 0; i < 100; ++i) CHECK_FALSE(b.Open(ctx, std::string(100, 'A')).ok());
  CHECK(store.loads() <= loads + 1);
}

TEST_CASE_METHOD(Fixture, "the primary key is replaced at its age, by one process only",
                 "[unit][identity][keys]") {
  TickBoth();
  clock.Advance(absl::Hours(25));
  TickBoth();
  CHECK(ring_a.Current(ctx).value()->generation == 1);
  TickBoth();
  CHECK(ring_a.Current(ctx).value()->generation == 1);
  CHECK(ring_b.Current(ctx).value()->generation == 1);
}

TEST_CASE_METHOD(Fixture, "keys beyond the maximum are forgotten and their tokens die",
                 "[unit][identity][keys]") {
  const std::string token = Token(a);
  for (int i = 0; i < 2; ++i) {
    clock.Advance(absl::Seconds(21));
    REQUIRE(ring_a.Rotate(ctx).ok());
  }
  CHECK(ring_a.Current(ctx).value()->keys.size() == 3);
  CHECK_FALSE(a.Open(ctx, token).ok());
}

TEST_CASE_METHOD(Fixture, "with the database gone the keys read before stay in use",
                 "[unit][identity][keys]") {
  const std::string token = Token(a);
  store.SetDown(true);
  clock.Advance(absl::Minutes(5));
  ring_a.Tick(ctx);
  CHECK(a.Open(ctx, token).ok());
  CHECK(absl::IsUnavailable(b.Open(ctx, token).status()));  // never read any
}

}  // namespace
}  // namespace tstack::identity::tokens
