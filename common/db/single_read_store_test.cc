// Reads of one statement: what they cost on the wire, and that they leave nothing behind.
#include <map>
#include <thread>

#include <catch2/catch.hpp>

#include "common/db/store_fixture.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

constexpr char kSelect[] = "SELECT value FROM number WHERE id = ?";

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  Options options = server.CreateSchema("single", TestTables());
  std::unique_ptr<Database> database = Open(1);
  std::unique_ptr<AdminConnection> admin = server.Admin("single");

  std::unique_ptr<Database> Open(int pool_size) const {
    Options own = options;
    own.pool_size = pool_size;
    return Connect(own).value();
  }
  StatusOr<int64_t> Get(int64_t id) const {
    ASSIGN_OR_RETURN(const Rows rows,
                     database->ReadOne(Deadline(), Freshness::kLocal, "number_get", kSelect, {id}));
    if (rows.empty()) return absl::NotFoundError("no row");
    return rows[0].Int(0);
  }
  Status Put(int64_t id, int64_t value) const {
    return database->RunTransaction(Deadline(), NewTxn(),
                                    [&](Transaction& tx) { return Insert(tx, id, value); });
  }
  // Commands that the server has seen, ours apart: COM_STMT_RESET and the like are in no counter of
  // their own.
  std::map<std::string, int64_t> Commands() const {
    std::map<std::string, int64_t> counters;
    const StatusOr<Rows> rows = admin->Query("SHOW GLOBAL STATUS LIKE 'Com\\_%'");
    REQUIRE(rows.ok());
    for (const Row& row : *rows) {
      const int64_t count = std::stoll(row.StringOr(1, "0"));
      if (count > 0 && row.StringOr(0, "") != "Com_show_status")
        counters[row.StringOr(0, "")] = count;
    }
    return counters;
  }
};

TEST_CASE_METHOD(Fixture, "a read of one SELECT is one round trip", "[store][db][single]") {
  REQUIRE(Put(1, 10).ok());
  REQUIRE(Get(1).value() == 10);  // prepared, and the session is as it must be
  const auto before = Commands();
  for (int i = 0; i < 10; ++i) REQUIRE(Get(1).value() == 10);
  auto after = Commands();
  for (const auto& [name, count] : before) {
    if (after[name] -= count; after[name] == 0) after.erase(name);
  }
  // The server counts an executed SELECT as itself, too.
  CHECK(after == std::map<std::string, int64_t>{{"Com_select", 10}, {"Com_stmt_execute", 10}});
}

TEST_CASE_METHOD(Fixture, "a second statement of a single read is refused", "[store][db][single]") {
  const Status second =
      database->ReadOne(Deadline(), Freshness::kLocal, [](Transaction& tx) -> Status {
        RETURN_IF_ERROR(tx.Query("first", kSelect, {int64_t{1}}).status());
        return tx.Query("second", kSelect, {int64_t{1}}).status();
      });
  CHECK(ReasonOf(second) == "SECOND_STATEMENT");
  const Status write = database->ReadOne(Deadline(), Freshness::kLocal,
                                         [](Transaction& tx) { return Insert(tx, 1, 1); });
  CHECK(ReasonOf(write) == "READ_ONLY");
  CHECK(ReasonOf(database
                     ->ReadOne(Deadline(), Freshness::kLocal, "write",
                               "DELETE FROM number WHERE id = ?", {int64_t{1}})
                     .status()) == "READ_ONLY");
}

TEST_CASE_METHOD(Fixture, "a single read sees what was committed just before",
                 "[store][db][single]") {
  for (int64_t i = 1; i <= 20; ++i) {
    REQUIRE(admin
                ->Query("INSERT INTO number VALUES (" + std::to_string(i) + ", 0 + " +
                        std::to_string(i * 10) + ")")
                .ok());
    CHECK(Get(i).value() == i * 10);
  }
}

TEST_CASE_METHOD(Fixture, "a transaction after a single read on the same connection is still one",
                 "[store][db][single]") {
  for (int64_t i = 1; i <= 3; ++i) {
    CHECK(absl::IsNotFound(Get(i).status()));
    const Status refused =
        database->RunTransaction(Deadline(), NewTxn(), [&](Transaction& tx) -> Status {
          RETURN_IF_ERROR(Insert(tx, i, i));
          return absl::PermissionDeniedError("no");
        });
    CHECK(absl::IsPermissionDenied(refused));
    CHECK(Count(*admin, "number") == 0);
  }
  CHECK(Count(*admin, "txn") == 0);
}

TEST_CASE_METHOD(Fixture, "a read of several statements keeps its snapshot after single reads",
                 "[store][db][single]") {
  REQUIRE(Put(1, 10).ok());
  REQUIRE(Get(1).ok());
  const Status status =
      database->Read(Deadline(), Freshness::kLocal, [&](Transaction& tx) -> Status {
        ASSIGN_OR_RETURN(const Rows first, tx.Query("get", kSelect, {int64_t{1}}));
        CHECK(first[0].Int(0).value() == 10);
        CHECK(admin->Query("UPDATE number SET value = 11 WHERE id = 1").ok());
        ASSIGN_OR_RETURN(const Rows again, tx.Query("get", kSelect, {int64_t{1}}));
        CHECK(again[0].Int(0).value() == 10);
        return absl::OkStatus();
      });
  CHECK(status.ok());
  CHECK(Get(1).value() == 11);  // and does not leave it behind
}

TEST_CASE_METHOD(Fixture, "the columns of a statement follow the types of its parameters",
                 "[store][db][single]") {
  const auto echo = [&](Value value) {
    return database->ReadOne(Deadline(), Freshness::kLocal, "echo", "SELECT ?", {std::move(value)})
        .value();
  };
  for (int i = 0; i < 2; ++i) {
    CHECK(echo(int64_t{7})[0].Int(0).value() == 7);
    CHECK(echo(std::string("seven"))[0].String(0).value() == "seven");
    CHECK(echo(7.5)[0].Double(0).value() == 7.5);
    CHECK(echo(nullptr)[0].IsNull(0));
  }
}

TEST_CASE_METHOD(Fixture, "a table that is extended meanwhile is read as before",
                 "[store][db][single]") {
  REQUIRE(Put(1, 10).ok());
  REQUIRE(Get(1).value() == 10);
  REQUIRE(admin->Query("ALTER TABLE number ADD COLUMN word VARCHAR(20) FIRST").ok());
  CHECK(Get(1).value() == 10);
}

TEST_CASE_METHOD(Fixture, "reads and transactions of many threads share few connections",
                 "[store][db][single]") {
  const auto shared = Open(3);
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int64_t thread = 1; thread <= 6; ++thread) {
    threads.emplace_back([&, thread] {
      for (int64_t i = 0; i < 30; ++i) {
        const int64_t id = thread * 100 + i;
        const bool put = shared
                             ->RunTransaction(Deadline(), NewTxn(),
                                              [&](Transaction& tx) { return Insert(tx, id, id); })
                             .ok();
        const auto rows = shared->ReadOne(Deadline(), Freshness::kLocal, "get", kSelect, {id});
        failed += put && rows.ok() && rows->size() == 1 && ValueOf(*shared, id) == id ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(Count(*admin, "number") == 180);
}

}  // namespace
}  // namespace tstack::db
