// The server goes away and comes back.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "common/db/store_fixture.h"
#include "common/testing/cutting_proxy.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

TEST_CASE("connecting does not need a server; calls are unavailable until there is one",
          "[store][db][outage]") {
  Options options;
  options.nodes = {"127.0.0.1:" + std::to_string(testing::FreePort())};
  options.user = "nobody";
  options.schema = "nothing";
  options.patience = absl::Milliseconds(200);
  const auto database = Connect(options).value();
  const absl::Time start = RealClock().Now();
  const Status first = database->CheckHealth(Deadline());
  CHECK(ReasonOf(first) == "DATABASE_UNAVAILABLE");
  CHECK(DetailOf(first).retry_after_seconds() >= 1);
  CHECK(DetailOf(first).retry_after_seconds() <= 5);
  CHECK(RealClock().Now() - start < absl::Seconds(2));
  // The outage is known by now: no call waits for it any more.
  const absl::Time again = RealClock().Now();
  CHECK(absl::IsUnavailable(database->CheckHealth(Deadline())));
  CHECK(RealClock().Now() - again < absl::Milliseconds(100));
}

TEST_CASE("bad options are refused at once", "[store][db][outage]") {
  Options options;
  options.schema = "s";
  CHECK(ReasonOf(Connect(options).status()) == "DATABASE_NODE");
  options.nodes = {"host:99999"};
  CHECK(ReasonOf(Connect(options).status()) == "DATABASE_NODE");
  options.nodes = {"host:3306"};
  options.schema = "";
  CHECK(ReasonOf(Connect(options).status()) == "DATABASE_SCHEMA");
}

TEST_CASE("a server that is killed and comes back is used again without help",
          "[store][db][outage]") {
  TestMariaDb server({.durable = true});
  Options options = server.CreateSchema("outage", TestTables());
  options.patience = absl::Milliseconds(300);
  const auto database = Connect(options).value();
  REQUIRE(
      database
          ->RunTransaction(Deadline(), NewTxn(), [](Transaction& tx) { return Insert(tx, 1, 7); })
          .ok());

  server.Kill9();
  const Status gone = database->RunTransaction(Deadline(), NewTxn(),
                                               [](Transaction& tx) { return Insert(tx, 2, 8); });
  CHECK(absl::IsUnavailable(gone));
  CHECK(ReasonOf(gone) == "DATABASE_UNAVAILABLE");

  server.Start();
  CHECK(testing::WaitFor("database used again after its restart", absl::Seconds(1),
                         [&] { return ValueOf(*database, 1) == 7; }));
  CHECK(database
            ->RunTransaction(Deadline(), NewTxn(), [](Transaction& tx) { return Insert(tx, 2, 9); })
            .ok());
}

TEST_CASE("a transaction in flight while the server restarts quickly is run again",
          "[store][db][outage]") {
  TestMariaDb server({.durable = true});
  Options options = server.CreateSchema("restart", TestTables());
  options.patience = absl::Seconds(20);
  const auto database = Connect(options).value();
  int runs = 0;
  const Status status =
      database->RunTransaction(Deadline(), NewTxn(), [&](Transaction& tx) -> Status {
        RETURN_IF_ERROR(Insert(tx, 1, ++runs));
        if (runs > 1) return absl::OkStatus();
        server.Kill9();
        server.Start();
        return absl::OkStatus();
      });
  CHECK(status.ok());
  CHECK(runs == 2);
  CHECK(ValueOf(*database, 1) == 2);
  CHECK(Count(*server.Admin("restart"), "number") == 1);
}

TEST_CASE(
    "a killed connection in the middle of a transaction is replaced and the transaction rerun",
    "[store][db][outage]") {
  TestMariaDb& server = TestMariaDb::Shared();
  const auto database = server.Open("killed", TestTables());
  const auto admin = server.Admin("killed");
  int runs = 0;
  REQUIRE(database
              ->RunTransaction(
                  Deadline(), NewTxn(),
                  [&](Transaction& tx) -> Status {
                    RETURN_IF_ERROR(Insert(tx, 1, ++runs));
                    ASSIGN_OR_RETURN(const Rows rows, tx.Query("me", "SELECT CONNECTION_ID()"));
                    ASSIGN_OR_RETURN(const int64_t me, rows[0].Int(0));
                    if (runs == 1)
                      RETURN_IF_ERROR(admin->Query("KILL " + std::to_string(me)).status());
                    return Insert(tx, 2, 20);
                  })
              .ok());
  CHECK(runs == 2);
  CHECK(ValueOf(*database, 1) == 2);
}

TEST_CASE("a server that hangs does not hold calls beyond their deadline", "[store][db][outage]") {
  TestMariaDb server;
  const auto database = server.Open("hang", TestTables());
  REQUIRE(database->CheckHealth(Deadline()).ok());
  server.Pause();
  for (int i = 0; i < 3; ++i) {
    const absl::Time start = RealClock().Now();
    CHECK(absl::IsUnavailable(database->CheckHealth(Deadline(absl::Milliseconds(200)))));
    CHECK(RealClock().Now() - start < absl::Seconds(2));
  }
  server.Resume();
  CHECK(testing::WaitFor("database used again after a pause", absl::Seconds(2),
                         [&] { return database->CheckHealth(Deadline(absl::Seconds(1))).ok(); }));
}

TEST_CASE("a stop request ends a call that waits for the database", "[store][db][outage]") {
  Options options;
  options.nodes = {"127.0.0.1:" + std::to_string(testing::FreePort())};
  options.schema = "nothing";
  options.patience = absl::Seconds(30);
  const auto database = Connect(options).value();
  std::stop_source stop;
  CallContext ctx = Deadline();
  ctx.stop = stop.get_token();
  Status status;
  std::atomic<bool> done = false;
  std::thread waiting([&] {
    status = database->CheckHealth(ctx);
    done = true;
  });
  stop.request_stop();
  CHECK(testing::WaitFor("stopped call", absl::Milliseconds(200), [&] { return done.load(); }));
  waiting.join();
  CHECK(absl::IsCancelled(status));
}

TEST_CASE("calls move to the next node while the preferred one is away, and back",
          "[store][db][outage]") {
  TestMariaDb& server = TestMariaDb::Shared();
  testing::CuttingProxy first(server.port()), second(server.port());
  Options options = server.CreateSchema("nodes", TestTables());
  options.nodes = {first.address(), second.address()};
  options.fail_back_interval = absl::Milliseconds(100);
  const auto database = Connect(options).value();
  REQUIRE(database->CheckHealth(Deadline()).ok());
  CHECK(second.connections_accepted() == 0);

  first.Refuse(true);
  first.CutAll();
  CHECK(database->CheckHealth(Deadline()).ok());
  CHECK(second.connections_accepted() >= 1);

  first.Refuse(false);
  const int before = first.connections_accepted();
  CHECK(testing::WaitFor("fail-back", absl::Seconds(1),
                         [&] { return first.connections_accepted() > before; }));
  CHECK(testing::WaitFor("calls on the preferred node", absl::Seconds(1), [&] {
    second.CutAll();
    return database->CheckHealth(Deadline()).ok();
  }));
  const int used = second.connections_accepted();
  for (int i = 0; i < 5; ++i) CHECK(database->CheckHealth(Deadline()).ok());
  CHECK(second.connections_accepted() == used);
}

}  // namespace
}  // namespace tstack::db
