#include "services/identity/auth/change_feed.h"
#include "services/identity/auth/housekeeping.h"
#include "services/identity/wiring/test_cloud.h"

namespace tstack::identity::auth {
namespace {

struct Fixture : TestCloud {
  Fixture() : TestCloud(testing::TestMariaDb::Shared(), "identity_feed") {}
  std::unique_ptr<ChangeReader> reader = MakeSqlChangeReader(*database);
  CallContext ctx = testing::Deadline();

  void Record(v1::DependencyKind kind, const std::string& id) {
    Change("UPDATE user SET enabled = enabled", kind, id);
  }
};

TEST_CASE_METHOD(Fixture, "recorded changes are read in order with the newest seq",
                 "[store][identity][watch]") {
  const int64_t start = reader->Read(ctx, 0)->head;
  Record(v1::USER, "u1");
  Record(v1::PROJECT, "p1");
  const auto batch = reader->Read(ctx, start);
  REQUIRE(batch.ok());
  CHECK(batch->head == start + 2);
  REQUIRE(batch->changes.size() == 2);
  CHECK(batch->changes[0].seq == start + 1);
  CHECK(batch->changes[0].what.id() == "u1");
  CHECK(batch->changes[1].what.kind() == v1::PROJECT);
  CHECK(reader->Read(ctx, batch->head)->changes.empty());
}

TEST_CASE_METHOD(Fixture, "a transaction that rolls back leaves no gap and no change",
                 "[store][identity][watch]") {
  const int64_t start = reader->Read(ctx, 0)->head;
  const Status failed = database->RunTransaction(
      ctx, RealIds().TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
        RETURN_IF_ERROR(RecordChange(tx, v1::USER, "u1"));
        return Error(StatusCode::kFailedPrecondition, "NO", "no");
      });
  CHECK(ReasonOf(failed) == "NO");
  CHECK(reader->Read(ctx, start)->head == start);
}

TEST_CASE_METHOD(Fixture, "old changes and revocations of expired tokens are purged",
                 "[store][identity][watch]") {
  Record(v1::USER, "old");
  Change("UPDATE auth_change SET created_at = UTC_TIMESTAMP(6) - INTERVAL 2 HOUR", v1::USER, "new");
  Change(
      "INSERT INTO revoked_token VALUES ('gone', 0, UTC_TIMESTAMP(6) - INTERVAL 1 SECOND), "
      "('alive', 0, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)",
      v1::USER, "new");
  REQUIRE(Purge(ctx, *database, RealIds(), {}).ok());
  CHECK(Count("SELECT COUNT(*) FROM auth_change WHERE id = 'old'") == 0);
  CHECK(Count("SELECT COUNT(*) FROM auth_change WHERE id = 'new'") == 2);
  CHECK(Text("SELECT audit_id FROM revoked_token") == "alive");
}

}  // namespace
}  // namespace tstack::identity::auth
