#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "common/migrate/migrate.h"
#include "common/testing/mariadb.h"

namespace tstack::migrate {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

const File kTable = {10, "0010_thing", "CREATE TABLE IF NOT EXISTS thing (id INT PRIMARY KEY)"};
const File kColumn = {11, "0011_thing_name",
                      "ALTER TABLE thing ADD COLUMN IF NOT EXISTS name VARCHAR(20) NULL"};

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  std::string schema = "migrated";
  std::unique_ptr<db::AdminConnection> admin = server.Admin();

  Fixture() {
    REQUIRE(admin->Query("DROP DATABASE IF EXISTS migrated").ok());
    REQUIRE(EnsureSchema(Deadline(), *admin, schema, "migrated", "pw").ok());
  }
  int64_t Count(const std::string& what) {
    return (*admin->Query("SELECT COUNT(*) FROM " + what))[0].Int(0).value();
  }
};

TEST_CASE_METHOD(Fixture, "an empty schema gets the shared tables and the service's own",
                 "[store][migrate]") {
  std::vector<std::string> progress;
  REQUIRE(Plan(Deadline(), *admin, schema, {kTable})->size() == CommonFiles().size() + 1);
  REQUIRE(Migrate(Deadline(), *admin, schema, {kTable}, [&](const File& file) {
            progress.push_back(file.name);
          }).ok());
  CHECK(progress.size() == CommonFiles().size() + 1);
  CHECK(progress.back() == "0010_thing");
  CHECK(Count("migrated.txn") == 0);
  CHECK(Count("migrated.thing") == 0);
  CHECK(Count("migrated.schema_migration") == static_cast<int64_t>(progress.size()));
  CHECK(Plan(Deadline(), *admin, schema, {kTable})->empty());
}

TEST_CASE_METHOD(Fixture, "migrating twice applies nothing twice", "[store][migrate]") {
  int applied = 0;
  const auto count = [&](const File&) { ++applied; };
  REQUIRE(Migrate(Deadline(), *admin, schema, {kTable}, count).ok());
  const int first = applied;
  REQUIRE(Migrate(Deadline(), *admin, schema, {kTable}, count).ok());
  CHECK(applied == first);
}

TEST_CASE_METHOD(Fixture, "a filled schema keeps its rows", "[store][migrate]") {
  REQUIRE(Migrate(Deadline(), *admin, schema, {kTable}).ok());
  REQUIRE(admin->Query("INSERT INTO migrated.thing (id) VALUES (1), (2)").ok());
  REQUIRE(Migrate(Deadline(), *admin, schema, {kTable, kColumn}).ok());
  CHECK(Count("migrated.thing WHERE name IS NULL") == 2);
}

TEST_CASE_METHOD(Fixture, "a changed file and an unknown version are refused", "[store][migrate]") {
  REQUIRE(Migrate(Deadline(), *admin, schema, {kTable, kColumn}).ok());
  File changed = kTable;
  changed.sql += " COMMENT='new'";
  CHECK(ReasonOf(Migrate(Deadline(), *admin, schema, {changed, kColumn})) == "MIGRATION_CHANGED");
  CHECK(ReasonOf(Plan(Deadline(), *admin, schema, {kTable}).status()) == "MIGRATION_UNKNOWN");
  CHECK(ReasonOf(Migrate(Deadline(), *admin, schema, {kTable, kTable})) == "MIGRATION_TWICE");
}

TEST_CASE_METHOD(Fixture, "a file that fails half-way is run again as a whole",
                 "[store][migrate]") {
  const File broken = {12, "0012_two",
                       "CREATE TABLE IF NOT EXISTS one (id INT PRIMARY KEY); CREATE TABLE oops"};
  const Status status = Migrate(Deadline(), *admin, schema, {kTable, broken});
  CHECK_FALSE(status.ok());
  CHECK(std::string(status.message()).find("0012_two") != std::string::npos);
  CHECK(Count("migrated.one") == 0);  // its first statement is done, but it is not recorded
  CHECK(Count("migrated.schema_migration WHERE version = 12") == 0);
  File mended = broken;
  mended.sql =
      "CREATE TABLE IF NOT EXISTS one (id INT PRIMARY KEY); CREATE TABLE IF NOT EXISTS two (id INT "
      "PRIMARY KEY)";
  CHECK(Migrate(Deadline(), *admin, schema, {kTable, mended}).ok());
  CHECK(Count("migrated.two") == 0);
}

TEST_CASE_METHOD(Fixture,
                 "a server killed in the middle of a file leaves a migration that can be run again",
                 "[store][migrate]") {
  TestMariaDb own({.durable = true});
  auto first = own.Admin();
  REQUIRE(EnsureSchema(Deadline(), *first, schema, "migrated", "pw").ok());
  const File slow = {12, "0012_slow",
                     "CREATE TABLE IF NOT EXISTS one (id INT PRIMARY KEY); DO SLEEP(600);"
                     "CREATE TABLE IF NOT EXISTS two (id INT PRIMARY KEY)"};
  Status killed;
  std::thread migrating([&] { killed = Migrate(Deadline(), *first, schema, {slow}); });
  auto watcher = own.Admin();
  REQUIRE(testing::WaitFor("first statement done", absl::Seconds(2),
                           [&] { return watcher->Query("SELECT 1 FROM migrated.one").ok(); }));
  own.Kill9();
  migrating.join();
  CHECK_FALSE(killed.ok());
  own.Start();
  // The dead holder's beat stands still: its lock is taken over.
  auto second = own.Admin();
  const File mended = {12, "0012_slow",
                       "CREATE TABLE IF NOT EXISTS one (id INT PRIMARY KEY);"
                       "CREATE TABLE IF NOT EXISTS two (id INT PRIMARY KEY)"};
  const absl::Time start = RealClock().Now();
  REQUIRE(Migrate(Deadline(), *second, schema, {mended}).ok());
  CHECK(RealClock().Now() - start >= absl::Seconds(2));
  CHECK(second->Query("SELECT 1 FROM migrated.two").ok());
}

TEST_CASE_METHOD(Fixture, "several processes that migrate at once apply each file once",
                 "[store][migrate]") {
  std::atomic<int> applied = 0, failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      auto own = server.Admin();
      failed +=
          Migrate(Deadline(), *own, schema, {kTable, kColumn}, [&](const File&) { ++applied; }).ok()
              ? 0
              : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(applied == static_cast<int>(CommonFiles().size()) + 2);
}

TEST_CASE_METHOD(Fixture, "a live holder is waited for, until the deadline", "[store][migrate]") {
  REQUIRE(Migrate(Deadline(), *admin, schema, {kTable}).ok());
  auto holder = server.Admin("migrated");
  std::jthread beating([&](std::stop_token stop) {
    do {
      static_cast<void>(
          holder->Query("UPDATE schema_migration_lock SET holder = 'other', beat = beat + 1"));
    } while (RealSleeper().Sleep(absl::Milliseconds(200), stop));
  });
  REQUIRE(testing::WaitFor("lock held", absl::Seconds(1), [&] {
    return Count("migrated.schema_migration_lock WHERE holder = 'other'") == 1;
  }));
  const Status status = Migrate(Deadline(absl::Seconds(4)), *admin, schema, {kTable, kColumn});
  CHECK(ReasonOf(status) == "MIGRATION_LOCKED");
  CHECK(Plan(Deadline(), *admin, schema, {kTable, kColumn})->size() == 1);
}

TEST_CASE_METHOD(Fixture, "a schema's user has rights on its own schema only", "[store][migrate]") {
  REQUIRE(EnsureSchema(Deadline(), *admin, "a_b", "a_b", "it's \\ secret").ok());
  REQUIRE(EnsureSchema(Deadline(), *admin, "aXb", "aXb", "pw").ok());
  REQUIRE(EnsureSchema(Deadline(), *admin, "a_b", "a_b", "it's \\ secret").ok());  // again
  db::Options options = server.Root("a_b");
  options.user = "a_b";
  options.password = log::Secret<std::string>("it's \\ secret");
  const auto own = db::ConnectAdmin(Deadline(), options).value();
  CHECK(own->Query("CREATE TABLE IF NOT EXISTS a_b.t (id INT PRIMARY KEY)").ok());
  CHECK_FALSE(own->Query("CREATE TABLE aXb.t (id INT PRIMARY KEY)").ok());  // '_' is no wildcard
  CHECK_FALSE(own->Query("SELECT * FROM mysql.global_priv").ok());
  options.password = log::Secret<std::string>("wrong");
  CHECK_FALSE(db::ConnectAdmin(Deadline(), options).ok());
  for (const char* name : {"", "a-b", "a`b", "a b"}) {
    CHECK(ReasonOf(EnsureSchema(Deadline(), *admin, name, "u", "p")) == "SCHEMA_NAME");
  }
}

}  // namespace
}  // namespace tstack::migrate
