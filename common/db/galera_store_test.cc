// Two and three nodes: what only happens between writers on different nodes.
#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "common/db/store_fixture.h"
#include "common/testing/galera.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestGalera;

TestGalera& Cluster() {
  static TestGalera cluster(2);
  return cluster;
}

struct Fixture {
  TestGalera& cluster = Cluster();
  Options options = cluster.CreateSchema("galera", TestTables());
  std::unique_ptr<Database> first = At(0);
  std::unique_ptr<Database> second = At(1);

  std::unique_ptr<Database> At(int node) const {
    Options own = options;
    own.nodes = {cluster.tcp(node)};
    return Connect(own).value();
  }
  static Status Run(Database& database, const TransactionBody& body) {
    return database.RunTransaction(Deadline(), NewTxn(), body);
  }
};

TEST_CASE_METHOD(Fixture,
                 "a read that must be current sees at one node what was committed at the other",
                 "[integration][db][galera]") {
  for (int i = 1; i <= 50; ++i) {
    REQUIRE(Run(*first, [&](Transaction& tx) { return Insert(tx, i, i * 10); }).ok());
    REQUIRE(ValueOf(*second, i, Freshness::kCurrent) == i * 10);
    REQUIRE(ValueOf(*second, i, Freshness::kWrites) == i * 10);
  }
}

TEST_CASE_METHOD(Fixture, "a certification failure at COMMIT is run again and no update is lost",
                 "[integration][db][galera]") {
  REQUIRE(Run(*first, [](Transaction& tx) { return Insert(tx, 1, 0); }).ok());
  REQUIRE(ValueOf(*second, 1, Freshness::kCurrent) == 0);
  int runs = 0;
  const Status status = Run(*second, [&](Transaction& tx) -> Status {
    RETURN_IF_ERROR(Add(tx, 1, 1));
    // The other node commits first; this transaction still looks healthy here.
    if (++runs == 1)
      REQUIRE(Run(*first, [](Transaction& other) { return Add(other, 1, 100); }).ok());
    return absl::OkStatus();
  });
  CHECK(status.ok());
  CHECK(runs >= 2);
  CHECK(ValueOf(*first, 1, Freshness::kCurrent) == 101);
  CHECK(ValueOf(*second, 1, Freshness::kCurrent) == 101);
}

TEST_CASE_METHOD(Fixture, "a hot row written at both nodes at once counts every addition",
                 "[integration][db][galera]") {
  REQUIRE(Run(*first, [](Transaction& tx) { return Insert(tx, 1, 0); }).ok());
  REQUIRE(ValueOf(*second, 1, Freshness::kCurrent) == 0);
  std::atomic<int> attempts = 0, failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 25; ++k) {
        const Status status = Run(i % 2 == 0 ? *first : *second, [&](Transaction& tx) {
          ++attempts;
          return Add(tx, 1, 1);
        });
        failed += status.ok() ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(ValueOf(*first, 1, Freshness::kCurrent) == 100);
  CHECK(ValueOf(*second, 1, Freshness::kCurrent) == 100);
  WARN("attempts for 100 additions at two nodes: " << attempts);
}

// Runs `remove` at one node and `add` at the other so that both have done their work before either
// commits.
struct Race {
  Status removed, added;
  Race(Database& remover, const TransactionBody& remove, Database& adder,
       const TransactionBody& add) {
    std::atomic<int> ready = 0;
    const auto meet = [&ready](const TransactionBody& body) {
      return [&ready, body, met = std::make_shared<bool>(false)](Transaction& tx) -> Status {
        RETURN_IF_ERROR(body(tx));
        if (!std::exchange(*met, true)) {
          ++ready;
          testing::WaitFor("both wrote", absl::Seconds(1), [&] { return ready >= 2; });
        }
        return absl::OkStatus();
      };
    };
    std::thread other([&] { removed = Fixture::Run(remover, meet(remove)); });
    added = Fixture::Run(adder, meet(add));
    other.join();
  }
};

Status Remove(Transaction& tx, const char* table) {
  const std::string in_use = std::string("SELECT 1 FROM ") + table + " WHERE parent_id = 1";
  ASSIGN_OR_RETURN(const Rows children, tx.Query("children", in_use));
  if (!children.empty())
    return Error(StatusCode::kFailedPrecondition, "IN_USE", "the parent has children");
  return tx.Execute("parent_delete", "DELETE FROM parent WHERE id = 1").status();
}

Status AddChild(Transaction& tx, const char* table, bool bump) {
  if (bump) {
    ASSIGN_OR_RETURN(
        const int64_t rows,
        tx.Execute("parent_bump", "UPDATE parent SET generation = generation + 1 WHERE id = 1"));
    if (rows == 0) return Error(StatusCode::kNotFound, "NO_PARENT", "the parent is gone");
  } else {
    ASSIGN_OR_RETURN(const Rows rows, tx.Query("parent_get", "SELECT 1 FROM parent WHERE id = 1"));
    if (rows.empty()) return Error(StatusCode::kNotFound, "NO_PARENT", "the parent is gone");
  }
  return tx
      .Execute("child_insert",
               std::string("INSERT INTO ") + table + " (id, parent_id) VALUES (1, 1)")
      .status();
}

struct WriteSkew : Fixture {
  // Parents and children after a race in which the parent is deleted at one node, a child added at
  // the other.
  std::pair<int64_t, int64_t> After(const char* table, bool bump, bool swap) {
    REQUIRE(Run(*first, [&](Transaction& tx) -> Status {
              for (const std::string& name : {std::string(table), std::string("parent")}) {
                RETURN_IF_ERROR(tx.Execute("clean", "DELETE FROM " + name).status());
              }
              return tx.Execute("parent_insert", "INSERT INTO parent (id) VALUES (1)").status();
            }).ok());
    REQUIRE(second
                ->Read(Deadline(), Freshness::kCurrent,
                       [](Transaction& tx) {
                         return tx.Query("sync", "SELECT COUNT(*) FROM parent").status();
                       })
                .ok());
    Database& remover = swap ? *second : *first;
    Database& adder = swap ? *first : *second;
    race = std::make_unique<Race>(
        remover, [&](Transaction& tx) { return Remove(tx, table); }, adder,
        [&](Transaction& tx) { return AddChild(tx, table, bump); });
    CHECK(ValueOf(*second, 1, Freshness::kCurrent) ==
          -1);  // waits until the other node's commit is here
    const auto admin = cluster.Admin(0, "galera");
    REQUIRE(admin->Query("SET SESSION wsrep_sync_wait=1").ok());
    return {Count(*admin, "parent"), Count(*admin, table)};
  }
  std::unique_ptr<Race> race;
};

TEST_CASE_METHOD(WriteSkew, "control: without a rule a child can be left without its parent",
                 "[integration][db][galera]") {
  bool skewed = false;
  for (int i = 0; i < 10 && !skewed; ++i)
    skewed = After("loose_child", false, i % 2 == 0) == std::pair{0L, 1L};
  CHECK(skewed);
}

TEST_CASE_METHOD(WriteSkew,
                 "bumping the parent's generation keeps delete and insert apart at two nodes",
                 "[integration][db][galera]") {
  for (const bool swap : {false, true, false, true}) {
    const auto [parents, children] = After("loose_child", true, swap);
    CHECK(parents == children);  // both there, or both gone
    CHECK(race->removed.ok() != race->added.ok());
    const Status& loser = race->removed.ok() ? race->added : race->removed;
    CHECK((ReasonOf(loser) == "NO_PARENT" || ReasonOf(loser) == "IN_USE"));
  }
}

TEST_CASE_METHOD(WriteSkew,
                 "a foreign key with RESTRICT keeps delete and insert apart at two nodes",
                 "[integration][db][galera]") {
  for (const bool swap : {false, true, false, true}) {
    const auto [parents, children] = After("child", false, swap);
    CHECK(parents == children);
    CHECK(race->removed.ok() != race->added.ok());
    const Status& loser = race->removed.ok() ? race->added : race->removed;
    INFO(loser);
    CHECK((ReasonOf(loser) == "NO_PARENT" || ReasonOf(loser) == "IN_USE" ||
           ReasonOf(loser) == "FOREIGN_KEY"));
  }
}

TEST_CASE("a cluster loses its writer, then its majority, and every call gets an answer",
          "[integration][db][galera]") {
  TestGalera cluster(3);
  Options options = cluster.CreateSchema("failover", TestTables());
  options.patience = absl::Milliseconds(500);
  const auto database = Connect(options).value();
  const auto insert = [&](int64_t id) {
    return database->RunTransaction(Deadline(), NewTxn(),
                                    [&](Transaction& tx) { return Insert(tx, id, id); });
  };
  REQUIRE(insert(1).ok());

  cluster.Kill9(0);
  CHECK(testing::WaitFor("writes at the next node after the writer's death", absl::Seconds(5), [&] {
    return absl::IsAlreadyExists(insert(2)) || ValueOf(*database, 2) == 2;
  }));
  CHECK(ValueOf(*database, 1, Freshness::kCurrent) == 1);

  cluster.Start(0);
  CHECK(testing::WaitFor("fail-back", absl::Seconds(5), [&] {
    return database->CheckHealth(Deadline()).ok() &&
           Count(*cluster.Admin(0, "failover"), "number") == 2;
  }));

  cluster.Kill9(1);
  cluster.Kill9(2);
  // The survivor answers, but is not in a primary component: 1047.
  CHECK(testing::WaitFor("unavailable without a majority", absl::Seconds(5), [&] {
    return ReasonOf(database->CheckHealth(Deadline(absl::Seconds(2)))) == "DATABASE_UNAVAILABLE";
  }));
  CHECK(absl::IsUnavailable(insert(3)));
}

}  // namespace
}  // namespace tstack::db
