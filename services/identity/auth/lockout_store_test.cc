// Guesses at the same time, on a real database.
#include <atomic>
#include <thread>
#include <vector>

#include "services/identity/auth/password_prover.h"
#include "services/identity/auth/sql_directory.h"
#include "services/identity/wiring/test_cloud.h"

namespace tstack::identity::auth {
namespace {

constexpr int kAllowed = 3;
constexpr int kGuesses = kAllowed + 5;

// Every guess has read the account before the first one is told that it is wrong; the right
// password is "hashed" until all of them have been told.
class CrowdedHasher final : public passwords::Hasher {
 public:
  StatusOr<std::string> Hash(const CallContext&, std::string_view) override {
    return Error(StatusCode::kInternal, "UNEXPECTED", "nothing is to be hashed");
  }
  StatusOr<bool> Verify(const CallContext&, std::string_view password, std::string_view) override {
    ++arrived;
    const bool right = password == "s3cret";
    const auto go = [&] { return right ? refused == kGuesses : arrived > kGuesses; };
    if (crowded && !testing::WaitFor("the crowd", absl::Seconds(2), go)) return false;
    return right;
  }
  Status VerifyNothing(const CallContext&, std::string_view) override { return absl::OkStatus(); }
  bool Outdated(std::string_view) const override { return false; }

  std::atomic<bool> crowded = true;
  std::atomic<int> arrived = 0;
  std::atomic<int> refused = 0;
};

struct Fixture : TestCloud {
  Fixture() : TestCloud(testing::TestMariaDb::Shared(), "identity_lockout") {}
  const LockoutRules rules{kAllowed, absl::Minutes(30)};
  std::unique_ptr<Directory> directory = MakeSqlDirectory(*database, RealIds(), rules);
  CrowdedHasher hasher;
  PasswordProver prover{*directory, hasher, rules};
  const OwnedRef admin{Text("SELECT id FROM user WHERE name = 'admin'"), "", {}};

  std::string ReasonFor(const std::string& password) {
    return ReasonOf(
        prover.Prove(testing::Deadline(), admin, log::Secret<std::string>(password)).status());
  }
};

TEST_CASE_METHOD(
    Fixture, "more guesses at once than are allowed lock, and the right one among them is refused",
    "[store][identity][lockout]") {
  std::atomic<int> refused = 0;
  std::string in_flight = "none";
  {
    std::vector<std::jthread> guesses;
    for (int i = 0; i < kGuesses; ++i) {
      guesses.emplace_back([&] {
        refused += ReasonFor("wrong") == "LOGIN_REFUSED";
        ++hasher.refused;
      });
    }
    guesses.emplace_back([&] { in_flight = ReasonFor("s3cret"); });
  }
  CHECK(refused == kGuesses);
  CHECK(in_flight == "LOGIN_REFUSED");
  hasher.crowded = false;
  CHECK(ReasonFor("s3cret") == "LOGIN_REFUSED");
  CHECK(Count("SELECT failed_count FROM password") == kAllowed);
  Change("UPDATE password SET last_failed_at = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE");
  CHECK(ReasonFor("s3cret") == "");
  CHECK(Count("SELECT failed_count FROM password") == 0);
}

}  // namespace
}  // namespace tstack::identity::auth
