// What the running service does by itself, and what an operator may do to it.
#include "services/identity/tokens/fernet.h"
#include "services/identity/wiring/replica.h"

namespace tstack::identity {
namespace {

// More rows than one round of deleting takes.
constexpr int kBacklog = 2500;

struct Fixture {
  TestCloud cloud{testing::TestMariaDb::Shared(), "identity_housekeeping"};
  rpc::TestCertificates certificates;

  void Fill(const std::string& insert) {
    cloud.Change(insert + " FROM seq_1_to_" + std::to_string(kBacklog));
  }
};

TEST_CASE_METHOD(Fixture, "old rows of every kind are gone soon after the start, young ones stay",
                 "[integration][identity][housekeeping]") {
  const std::string past = "UTC_TIMESTAMP(6) - INTERVAL 3 DAY",
                    future = "UTC_TIMESTAMP(6) + INTERVAL 1 DAY";
  Fill("INSERT INTO auth_change (seq, kind, id, created_at) SELECT -seq, 1, 'x', " + past);
  Fill("INSERT INTO revoked_token (audit_id, chain, expires_at) SELECT seq, 0, " + past);
  Fill(
      "INSERT INTO idempotency (scope_hash, key_hash, request_hash, answer, expires_at) SELECT "
      "UNHEX(SHA2('s', 256)), UNHEX(SHA2(seq, 256)), UNHEX(SHA2('r', 256)), '', " +
      past);
  cloud.Change("INSERT INTO revoked_token (audit_id, chain, expires_at) VALUES ('young', 0, " +
               future + ")");
  cloud.Change(
      "INSERT INTO idempotency (scope_hash, key_hash, request_hash, answer, expires_at) VALUES "
      "(UNHEX(SHA2('t', 256)), UNHEX(SHA2('k', 256)), UNHEX(SHA2('r', 256)), '', " +
      future + ")");
  Replica replica(cloud, certificates, "housekeeping.sock");
  CHECK(testing::WaitFor("old rows gone", absl::Seconds(3), [&] {
    return cloud.Count("SELECT COUNT(*) FROM auth_change WHERE seq < 0") == 0 &&
           cloud.Count("SELECT COUNT(*) FROM revoked_token") == 1 &&
           cloud.Count("SELECT COUNT(*) FROM idempotency") == 1;
  }));
}

TEST_CASE_METHOD(Fixture,
                 "after a rotation by hand old tokens stay good, and new ones are known everywhere",
                 "[integration][identity][keys]") {
  Replica a(cloud, certificates, "a.sock");
  Replica b(cloud, certificates, "b.sock");
  const auto before = a.Login("s3cret");
  REQUIRE(before.ok());
  // As tstack-identity --rotate-keys does it.
  const auto store = tokens::MakeSqlKeyStore(*cloud.database, TestMasterKey(), RealIds());
  tokens::KeyRing ring(*store, RealClock(), KeyRingOptionsOf(ReplicaConfig()));
  const int64_t primary = cloud.Count("SELECT id FROM token_key WHERE state = 'primary'");
  // The staged key has to be older than two refreshes first.
  REQUIRE(testing::WaitFor("rotated", absl::Seconds(3),
                           [&] { return ring.Rotate(testing::Deadline()).ok(); }));
  CHECK(cloud.Count("SELECT id FROM token_key WHERE state = 'primary'") == primary + 1);
  CHECK(b.Authenticate(before->id()).ok());
  // Both a process that has noticed and one that has not accept what either signs.
  CHECK(testing::WaitFor("noticed", absl::Seconds(1), [&] {
    const auto after = a.Login("s3cret");
    REQUIRE(after.ok());
    REQUIRE(b.Authenticate(after->id()).ok());
    const auto set = store->Load(testing::Deadline());
    if (!set.ok()) return false;
    const std::string_view primary_key[] = {set->primary().bytes.Expose()};
    return tokens::FernetDecrypt(primary_key, after->id()).ok();
  }));
  CHECK(b.Authenticate(before->id()).ok());
}

}  // namespace
}  // namespace tstack::identity
