#include "services/identity/auth/password_prover.h"

#include "services/identity/auth/auth_fixture.h"
#include "services/identity/auth/lockout_fixture.h"

namespace tstack::identity::auth {
namespace {

TEST_CASE_METHOD(AuthFixture, "the fake directory locks as the real one does",
                 "[unit][identity][lockout]") {
  FakeDirectory fake(clock, {2, absl::Minutes(30)});
  fake.users["alice"] = {.name = "Alice", .hash = "plain:pw"};
  CheckLockout(fake, "alice", ctx, [&] { clock.Advance(absl::Minutes(31)); });
}

TEST_CASE_METHOD(AuthFixture, "who is exempt from the lock is never locked, however many guesses",
                 "[unit][identity][lockout]") {
  directory.users["alice"].options.set_ignore_lockout_failure_attempts(true);
  for (int i = 0; i < 5; ++i) CHECK(RefusalOf(Password("alice", "wrong")) == "LOGIN_REFUSED");
  Issue(Password("alice", "pw"));
  CHECK(directory.failures_written == 5);  // the same cost as for others
}

TEST_CASE_METHOD(AuthFixture, "a right password replaces a hash that is not written as today",
                 "[unit][identity][password]") {
  directory.users["alice"].hash = "older:pw";
  CHECK(RefusalOf(Password("alice", "wrong")) == "LOGIN_REFUSED");
  CHECK(directory.users["alice"].hash == "older:pw");
  const auto account = prover.Prove(ctx, {"alice", "", {}}, log::Secret<std::string>("pw"));
  REQUIRE(account.ok());
  CHECK(account->hash == "plain:pw");
  CHECK(directory.users["alice"].hash == "plain:pw");
  CHECK(hasher.hashes() == 1);
  Issue(Password("alice", "pw"));
  CHECK(hasher.hashes() == 1);
}

}  // namespace
}  // namespace tstack::identity::auth
