// What a lost COMMIT does, with a proxy that cuts at the moments that matter.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "common/db/store_fixture.h"
#include "common/testing/cutting_proxy.h"

namespace tstack::db {
namespace {

using testing::Cut;
using testing::CuttingProxy;
using testing::Deadline;
using testing::TestMariaDb;

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  CuttingProxy proxy{server.port()};
  Options options = Through(server.CreateSchema("commit_cut", TestTables()));
  std::unique_ptr<Database> database = Connect(options).value();
  std::unique_ptr<AdminConnection> admin = server.Admin("commit_cut");
  int runs = 0;

  Options Through(Options direct) {
    direct.nodes = {proxy.address()};
    return direct;
  }
  // Inserts one row; the result tells which run it was.
  Status InsertOnce(std::string* result, const CallContext& ctx = Deadline()) {
    return database->RunTransaction(
        ctx, NewTxn(),
        [&, result](Transaction& tx) {
          ++runs;
          if (result != nullptr) *result = "run " + std::to_string(runs);
          return Insert(tx, 1, runs);
        },
        result);
  }
};

TEST_CASE_METHOD(Fixture, "without a cut the proxy changes nothing", "[store][db][commit]") {
  std::string result;
  REQUIRE(InsertOnce(&result).ok());
  CHECK(result == "run 1");
  CHECK(proxy.commits_seen() == 1);
  CHECK(Count(*admin, "number") == 1);
}

TEST_CASE_METHOD(Fixture, "a COMMIT that never arrived is run again and gives exactly one row",
                 "[store][db][commit]") {
  proxy.Arm(Cut::kBeforeCommit);
  std::string result;
  REQUIRE(InsertOnce(&result).ok());
  CHECK(runs == 2);
  CHECK(result == "run 2");
  CHECK(ValueOf(*database, 1) == 2);  // the second run's row
  CHECK(Count(*admin, "number") == 1);
  CHECK(Count(*admin, "txn") == 1);
}

TEST_CASE_METHOD(Fixture, "a COMMIT whose answer was lost is recognised and its result restored",
                 "[store][db][commit]") {
  proxy.Arm(Cut::kAfterCommit);
  std::string result;
  REQUIRE(InsertOnce(&result).ok());
  CHECK(runs == 1);
  CHECK(result == "run 1");
  CHECK(ValueOf(*database, 1) == 1);
  CHECK(Count(*admin, "number") == 1);
}

TEST_CASE_METHOD(Fixture, "several cuts in a row end in exactly one row", "[store][db][commit]") {
  for (const Cut cut : {Cut::kBeforeCommit, Cut::kAfterCommit}) {
    REQUIRE(admin->Query("DELETE FROM number").ok());
    proxy.Arm(cut, 4);
    std::string result;
    REQUIRE(InsertOnce(&result).ok());
    CHECK(Count(*admin, "number") == 1);
  }
}

TEST_CASE_METHOD(Fixture, "a refusal after an unknown COMMIT is final: its id is used up",
                 "[store][db][commit]") {
  const std::string txn = NewTxn();
  proxy.Arm(Cut::kBeforeCommit);
  const TransactionBody body = [&](Transaction& tx) -> Status {
    RETURN_IF_ERROR(Insert(tx, 1, 1));
    if (++runs == 1) return absl::OkStatus();
    return Error(StatusCode::kFailedPrecondition, "TAKEN", "somebody was faster");
  };
  CHECK(ReasonOf(database->RunTransaction(Deadline(), txn, body)) == "TAKEN");
  CHECK(Count(*admin, "number") == 0);
  CHECK(Count(*admin, "txn WHERE refused = 1") == 1);
  // The late twin of the first COMMIT could not get in any more.
  CHECK_FALSE(admin->Execute("INSERT INTO txn (id) SELECT id FROM txn").ok());
}

TEST_CASE_METHOD(Fixture, "a refusal whose own COMMIT is lost is still the body's refusal",
                 "[store][db][commit]") {
  proxy.Arm(Cut::kBeforeCommit);
  const TransactionBody body = [&](Transaction& tx) -> Status {
    RETURN_IF_ERROR(Insert(tx, 1, 1));
    if (++runs == 1) return absl::OkStatus();
    proxy.Arm(Cut::kAfterCommit);
    return Error(StatusCode::kFailedPrecondition, "TAKEN", "somebody was faster");
  };
  CHECK(ReasonOf(database->RunTransaction(Deadline(), NewTxn(), body)) == "TAKEN");
  CHECK(runs == 2);
  CHECK(Count(*admin, "number") == 0);
}

TEST_CASE_METHOD(Fixture, "a COMMIT that is never answered ends at the deadline as unknown",
                 "[store][db][commit]") {
  proxy.Arm(Cut::kStallCommit, 1000);
  const absl::Time start = RealClock().Now();
  const Status status = InsertOnce(nullptr, Deadline(absl::Milliseconds(500)));
  const absl::Duration took = RealClock().Now() - start;
  CHECK(absl::IsUnavailable(status));
  CHECK(ReasonOf(status) == "COMMIT_UNKNOWN");
  CHECK(took >= absl::Milliseconds(400));
  CHECK(took < absl::Seconds(5));
}

TEST_CASE_METHOD(Fixture, "a statement that is never answered ends at the deadline",
                 "[store][db][commit]") {
  REQUIRE(database->CheckHealth(Deadline()).ok());
  proxy.Stall(true);
  const absl::Time start = RealClock().Now();
  const Status status = InsertOnce(nullptr, Deadline(absl::Milliseconds(300)));
  CHECK(absl::IsUnavailable(status));
  CHECK(RealClock().Now() - start < absl::Seconds(3));
  proxy.Stall(false);
  CHECK(InsertOnce(nullptr).ok());
}

TEST_CASE_METHOD(Fixture, "connections cut anywhere in the answers leave all or nothing",
                 "[store][db][commit]") {
  for (int bytes = 0; bytes < 400; bytes += 37) {
    REQUIRE(admin->Query("DELETE FROM number").ok());
    proxy.CutAfterBytes(bytes);
    std::string result;
    INFO("cut after " << bytes << " bytes");
    REQUIRE(InsertOnce(&result).ok());
    CHECK(Count(*admin, "number") == 1);
    CHECK(ValueOf(*database, 1) == std::stoi(result.substr(4)));
  }
}

TEST_CASE_METHOD(Fixture, "all connections cut between transactions are noticed and replaced",
                 "[store][db][commit]") {
  REQUIRE(InsertOnce(nullptr).ok());
  for (int i = 0; i < 3; ++i) {
    proxy.CutAll();
    CHECK(ValueOf(*database, 1) == 1);  // the statement that was prepared on the old connection
  }
}

}  // namespace
}  // namespace tstack::db
