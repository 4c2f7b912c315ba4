#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "common/db/housekeeping.h"
#include "common/db/store_fixture.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  std::unique_ptr<Database> database = server.Open("transaction", TestTables());
  std::unique_ptr<AdminConnection> admin = server.Admin("transaction");

  Status Run(const TransactionBody& body) {
    return database->RunTransaction(Deadline(), NewTxn(), body);
  }
};

TEST_CASE_METHOD(Fixture, "a transaction that ends well is committed with its row in txn",
                 "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 10); }).ok());
  CHECK(ValueOf(*database, 1) == 10);
  CHECK(Count(*admin, "txn") == 1);
}

TEST_CASE_METHOD(Fixture, "a body's own error rolls everything back and comes back unchanged",
                 "[store][db]") {
  const Status status = Run([](Transaction& tx) -> Status {
    RETURN_IF_ERROR(Insert(tx, 1, 10));
    return Error(StatusCode::kFailedPrecondition, "VOLUME_BUSY", "the volume changed meanwhile");
  });
  CHECK(ReasonOf(status) == "VOLUME_BUSY");
  CHECK(ValueOf(*database, 1) == -1);
  CHECK(Count(*admin, "txn") == 0);
}

TEST_CASE_METHOD(Fixture, "an id that was used gives the saved result and does not run the body",
                 "[store][db]") {
  const std::string txn = NewTxn();
  std::string result;
  int runs = 0;
  const TransactionBody body = [&](Transaction& tx) {
    ++runs;
    result = std::string("answer\0", 7);
    return Insert(tx, runs, runs);
  };
  REQUIRE(database->RunTransaction(Deadline(), txn, body, &result).ok());
  result = "other";
  REQUIRE(database->RunTransaction(Deadline(), txn, body, &result).ok());
  CHECK(result == std::string("answer\0", 7));
  CHECK(runs == 1);
  CHECK(Count(*admin, "number") == 1);
}

TEST_CASE_METHOD(Fixture, "a duplicate key names the key and not the value", "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 4711); }).ok());
  const Status status = Run([](Transaction& tx) { return Insert(tx, 2, 4711); });
  CHECK(absl::IsAlreadyExists(status));
  CHECK(ReasonOf(status) == "DUPLICATE_KEY");
  CHECK(DetailOf(status).resource_id() == "number_value");
  CHECK(status.ToString().find("4711") == std::string::npos);
  CHECK(DetailOf(Run([](Transaction& tx) { return Insert(tx, 1, 1); })).resource_id() == "PRIMARY");
}

TEST_CASE_METHOD(Fixture, "a foreign key that refuses names the constraint, both ways",
                 "[store][db]") {
  const auto execute = [&](const char* sql) {
    return Run([sql](Transaction& tx) { return tx.Execute("statement", sql).status(); });
  };
  const Status orphan = execute("INSERT INTO child (id, parent_id) VALUES (1, 7)");
  CHECK(ReasonOf(orphan) == "FOREIGN_KEY");
  CHECK(DetailOf(orphan).resource_id() == "child_parent");
  REQUIRE(execute("INSERT INTO parent (id) VALUES (7)").ok());
  REQUIRE(execute("INSERT INTO child (id, parent_id) VALUES (1, 7)").ok());
  const Status in_use = execute("DELETE FROM parent WHERE id = 7");
  CHECK(absl::IsFailedPrecondition(in_use));
  CHECK(DetailOf(in_use).resource_id() == "child_parent");
}

TEST_CASE_METHOD(Fixture, "an error of ours is internal and names the statement", "[store][db]") {
  const Status status =
      Run([](Transaction& tx) { return tx.Execute("typo", "UPDTE number").status(); });
  CHECK(absl::IsInternal(status));
  CHECK(std::string(status.message()).find("typo") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a body may cope with a duplicate key and commit", "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 1); }).ok());
  REQUIRE(Run([](Transaction& tx) -> Status {
            CHECK(absl::IsAlreadyExists(Insert(tx, 1, 2)));
            return Insert(tx, 2, 2);
          }).ok());
  CHECK(ValueOf(*database, 2) == 2);
}

TEST_CASE_METHOD(Fixture, "UPDATE counts the rows it matched, also when nothing changes",
                 "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 5); }).ok());
  const auto update = [&](int64_t id) {
    int64_t rows = -1;
    REQUIRE(Run([&](Transaction& tx) -> Status {
              ASSIGN_OR_RETURN(
                  rows, tx.Execute("same", "UPDATE number SET value = 5 WHERE id = ?", {id}));
              return absl::OkStatus();
            }).ok());
    return rows;
  };
  CHECK(update(1) == 1);
  CHECK(update(2) == 0);
}

TEST_CASE_METHOD(Fixture, "two transactions that deadlock both commit", "[store][db]") {
  REQUIRE(Run([](Transaction& tx) -> Status {
            RETURN_IF_ERROR(Insert(tx, 1, 100));
            return Insert(tx, 2, 200);
          }).ok());
  std::atomic<int> arrived = 0, runs = 0;
  const auto cross = [&](int64_t first, int64_t second) {
    return Run([&, first, second](Transaction& tx) -> Status {
      ++runs;
      RETURN_IF_ERROR(Add(tx, first, 1));
      ++arrived;  // both hold their first row before either asks for its second
      testing::WaitFor("both hold a row", absl::Seconds(1), [&] { return arrived >= 2; });
      return Add(tx, second, 1);
    });
  };
  Status other;
  std::thread thread([&] { other = cross(2, 1); });
  const Status mine = cross(1, 2);
  thread.join();
  CHECK(mine.ok());
  CHECK(other.ok());
  CHECK(runs >= 3);  // there was a deadlock
  CHECK(ValueOf(*database, 1) == 102);
  CHECK(ValueOf(*database, 2) == 202);
}

TEST_CASE_METHOD(Fixture, "a deadlock whose error the body swallows is run again all the same",
                 "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 0); }).ok());
  auto killer = server.Admin("transaction");
  int runs = 0;
  REQUIRE(Run([&](Transaction& tx) -> Status {
            RETURN_IF_ERROR(Add(tx, 1, 1));
            ASSIGN_OR_RETURN(const Rows rows, tx.Query("me", "SELECT CONNECTION_ID()"));
            ASSIGN_OR_RETURN(const int64_t me, rows[0].Int(0));
            if (++runs == 1) RETURN_IF_ERROR(killer->Query("KILL " + std::to_string(me)).status());
            static_cast<void>(Add(tx, 1, 10));
            return absl::OkStatus();
          }).ok());
  CHECK(runs == 2);
  CHECK(ValueOf(*database, 1) == 11);
}

TEST_CASE_METHOD(Fixture,
                 "a lock wait that times out is rolled back and run again until the lock is free",
                 "[store][db]") {
  Options options = server.CreateSchema("lockwait", TestTables());
  options.lock_wait = absl::Seconds(1);
  const auto patient = Connect(options).value();
  REQUIRE(
      patient
          ->RunTransaction(Deadline(), NewTxn(), [](Transaction& tx) { return Insert(tx, 1, 0); })
          .ok());
  auto holder = server.Admin("lockwait");
  REQUIRE(holder->Query("BEGIN").ok());
  REQUIRE(holder->Query("UPDATE number SET value = 50 WHERE id = 1").ok());
  std::atomic<int> runs = 0;
  Status status;
  std::thread thread([&] {
    status = patient->RunTransaction(Deadline(), NewTxn(), [&](Transaction& tx) {
      ++runs;
      return Add(tx, 1, 1);
    });
  });
  CHECK(testing::WaitFor("second attempt after a lock wait", absl::Seconds(2),
                         [&] { return runs >= 2; }));
  REQUIRE(holder->Query("COMMIT").ok());
  thread.join();
  CHECK(status.ok());
  CHECK(ValueOf(*patient, 1) == 51);
}

TEST_CASE_METHOD(
    Fixture, "a transaction that cannot win until its deadline is DATABASE_BUSY and leaves nothing",
    "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 0); }).ok());
  REQUIRE(admin->Query("BEGIN").ok());
  REQUIRE(admin->Query("UPDATE number SET value = 50 WHERE id = 1").ok());
  const absl::Time start = RealClock().Now();
  const Status status = database->RunTransaction(Deadline(absl::Milliseconds(400)), NewTxn(),
                                                 [](Transaction& tx) { return Add(tx, 1, 1); });
  CHECK(absl::IsUnavailable(status));
  CHECK(RealClock().Now() - start < absl::Seconds(4));
  REQUIRE(admin->Query("ROLLBACK").ok());
  CHECK(ValueOf(*database, 1) == 0);
}

TEST_CASE_METHOD(Fixture, "concurrent additions are all counted", "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 0); }).ok());
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 12; ++i) {  // more threads than connections
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k)
        failed += Run([](Transaction& tx) { return Add(tx, 1, 1); }).ok() ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(ValueOf(*database, 1) == 120);
}

TEST_CASE_METHOD(Fixture, "a read sees one snapshot and cannot write", "[store][db]") {
  REQUIRE(Run([](Transaction& tx) { return Insert(tx, 1, 1); }).ok());
  const Status status =
      database->Read(Deadline(), Freshness::kCurrent, [&](Transaction& tx) -> Status {
        RETURN_IF_ERROR(tx.Query("first", "SELECT COUNT(*) FROM parent").status());
        REQUIRE(admin->Query("UPDATE number SET value = 2 WHERE id = 1").ok());
        ASSIGN_OR_RETURN(const Rows rows,
                         tx.Query("number_get", "SELECT value FROM number WHERE id = 1"));
        CHECK(rows[0].Int(0).value() == 1);
        CHECK(ReasonOf(Insert(tx, 2, 2)) == "READ_ONLY");
        CHECK(ReasonOf(tx.Query("sly", "INSERT INTO number VALUES (2, 2) RETURNING id").status()) ==
              "READ_ONLY");
        return absl::OkStatus();
      });
  CHECK(status.ok());
  CHECK(ValueOf(*database, 1) == 2);
  CHECK(ValueOf(*database, 2) == -1);
}

TEST_CASE_METHOD(Fixture,
                 "a body that uses its database directly is refused instead of waiting for itself",
                 "[store][db]") {
  Status inner;
  REQUIRE(Run([&](Transaction& tx) {
            inner = Run([](Transaction& nested) { return Insert(nested, 2, 2); });
            return Insert(tx, 1, 1);
          }).ok());
  CHECK(ReasonOf(inner) == "NESTED_TRANSACTION");
  CHECK(Run([](Transaction& tx) { return Insert(tx, 3, 3); }).ok());
}

TEST_CASE_METHOD(Fixture, "old rows of txn are purged and young ones stay", "[store][db]") {
  for (int i = 1; i <= 5; ++i) REQUIRE(Run([&](Transaction& tx) { return Insert(tx, i, i); }).ok());
  REQUIRE(PurgeTransactions(Deadline(), *database, RealIds(), absl::Hours(1)).value() == 0);
  REQUIRE(admin
              ->Query("UPDATE txn SET created_at = created_at - INTERVAL 2 DAY, id = "
                      "CONCAT(UNHEX('0001'), RIGHT(id, 14)) LIMIT 4")
              .ok());
  CHECK(PurgeTransactions(Deadline(), *database, RealIds(), absl::Hours(1)).value() == 4);
  CHECK(Count(*admin, "txn") == 3);  // the fifth and the two purges' own
}

TEST_CASE_METHOD(Fixture, "statements are observed by name with what became of them",
                 "[store][db]") {
  Options options = server.CreateSchema("observed", TestTables());
  std::vector<std::string> seen;
  options.observer = [&](const StatementEvent& event) {
    seen.push_back(std::string(event.name) + " " + std::string(event.outcome));
    CHECK(event.duration > absl::ZeroDuration());
  };
  const auto observed = Connect(options).value();
  for (int i = 0; i < 2; ++i) {
    static_cast<void>(observed->RunTransaction(Deadline(), NewTxn(),
                                               [](Transaction& tx) { return Insert(tx, 1, 1); }));
  }
  CHECK(seen == std::vector<std::string>{"txn_insert ok", "number_insert ok", "commit ok",
                                         "txn_insert ok", "number_insert error"});
}

}  // namespace
}  // namespace tstack::db
