// Logins by the dozen: nothing but logins waits.
#include <atomic>
#include <thread>
#include <vector>

#include "services/identity/wiring/replica.h"

namespace tstack::identity {
namespace {

constexpr int kQueue = 8;
constexpr int kClients = 16;
constexpr int kChecks = 20;

// Hashes one at a time, each long beside a refusal; on a starved machine still all within a
// deadline.
config::v1::Identity SlowHashes() {
  config::v1::Identity config = ReplicaConfig();
  config.set_bcrypt_cost(8);
  config.set_hash_threads(1);
  config.set_hash_queue(kQueue);
  return config;
}

struct Fixture {
  TestCloud cloud{testing::TestMariaDb::Shared(), "identity_storm"};
  rpc::TestCertificates certificates;
  Replica replica{cloud, certificates, "storm.sock", SlowHashes()};

  double Waiting() {
    return replica.metrics().AddGauge("tstack_identity_password_queue_length", "").Value();
  }
};

TEST_CASE_METHOD(Fixture, "with the queue of logins full, token checks keep being answered",
                 "[integration][identity][auth]") {
  const auto token = replica.Login("s3cret");
  INFO(token.status().ToString());
  REQUIRE(token.ok());

  std::atomic<bool> over = false;
  std::atomic<int> overloaded = 0, odd = 0;
  std::vector<std::jthread> storm;
  for (int i = 0; i < kClients; ++i) {
    storm.emplace_back([&] {
      while (!over) {
        const Status status = replica.Login("wrong").status();
        if (ReasonOf(status) == "LOGIN_OVERLOADED") {
          ++overloaded;
          odd += DetailOf(status).retry_after_seconds() < 1;
        } else {
          odd += ReasonOf(status) != "LOGIN_REFUSED";
        }
      }
    });
  }
  REQUIRE(testing::WaitFor("a full queue", absl::Seconds(2), [&] { return Waiting() == kQueue; }));
  REQUIRE(testing::WaitFor("a refusal", absl::Seconds(2), [&] { return overloaded > 0; }));
  for (int i = 0; i < kChecks; ++i) {
    CallContext ctx = testing::Deadline(absl::Seconds(1));
    v1::AuthenticateRequest request;
    request.set_token(token->id());
    CHECK(replica.channel()
              .Call<v1::AuthenticateResponse>(ctx, "/tstack.identity.v1.Authority/Authenticate",
                                              request)
              .ok());
    CHECK(Waiting() > 0);
  }
  over = true;
  storm.clear();
  CHECK(odd == 0);
}

}  // namespace
}  // namespace tstack::identity
