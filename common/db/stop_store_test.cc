// Calls whose caller has gone, and connections that are cut while others work.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "common/db/connection.h"
#include "common/db/store_fixture.h"
#include "common/testing/cutting_proxy.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

Status Sleep(Transaction& tx, int seconds) {
  return tx.Query("sleep", "SELECT SLEEP(?)", {int64_t{seconds}}).status();
}

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  testing::CuttingProxy proxy{server.port()};
  Options options = server.CreateSchema("stop", TestTables());

  std::unique_ptr<Database> Open() {
    options.nodes = {proxy.address()};
    return Connect(options).value();
  }
};

TEST_CASE_METHOD(Fixture, "a stop request ends a statement that runs, and only its connection",
                 "[store][db][stop]") {
  options.pool_size = 2;
  const auto database = Open();
  std::stop_source stop;
  CallContext ctx = Deadline();
  ctx.stop = stop.get_token();
  std::atomic<bool> running = false;
  Status status;
  std::thread caller([&] {
    status = database->Read(ctx, Freshness::kLocal, [&](Transaction& tx) {
      running = true;
      return Sleep(tx, 60);
    });
  });
  REQUIRE(testing::WaitFor("the statement", absl::Seconds(5), [&] { return running.load(); }));
  // A second connection beside the sleeping one.
  REQUIRE(ValueOf(*database, 1) == -1);
  const int connections = proxy.connections_accepted();
  const absl::Time asked = RealClock().Now();
  stop.request_stop();
  caller.join();
  CHECK(RealClock().Now() - asked < absl::Seconds(2));
  CHECK(absl::IsCancelled(status));
  CHECK(ValueOf(*database, 1) == -1);
  CHECK(proxy.connections_accepted() == connections);  // the idle one was not given up
}

TEST_CASE_METHOD(Fixture, "a stop request lets a COMMIT that is on its way end",
                 "[store][db][stop]") {
  const auto database = Open();
  std::stop_source stop;
  CallContext ctx = Deadline();
  ctx.stop = stop.get_token();
  const Status status = database->RunTransaction(ctx, NewTxn(), [&](Transaction& tx) -> Status {
    RETURN_IF_ERROR(Insert(tx, 1, 10));
    stop.request_stop();
    return absl::OkStatus();
  });
  CHECK(status.ok());
  CHECK(ValueOf(*database, 1) == 10);
}

TEST_CASE_METHOD(Fixture, "stop requests at any moment harm nobody else", "[store][db][stop]") {
  options.pool_size = 3;
  const auto database = Open();
  std::atomic<int> wrong = 0, cancelled = 0;
  std::vector<std::thread> threads;
  for (int64_t thread = 1; thread <= 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int64_t i = 0; i < 40; ++i) {
        std::stop_source stop;
        CallContext ctx = Deadline();
        ctx.stop = stop.get_token();
        std::thread stopper([&] { stop.request_stop(); });
        const int64_t id = thread * 100 + i;
        const Status status = database->RunTransaction(
            ctx, NewTxn(), [&](Transaction& tx) { return Insert(tx, id, id); });
        stopper.join();
        cancelled += absl::IsCancelled(status) ? 1 : 0;
        // A stopped call may have committed; one that was answered must have.
        if (!status.ok() && !absl::IsCancelled(status)) ++wrong;
        if (status.ok() && ValueOf(*database, id) != id) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(cancelled < 160);
}

TEST_CASE_METHOD(Fixture, "deadlines that pass at any moment harm nobody else",
                 "[store][db][stop]") {
  options.pool_size = 4;
  const auto database = Open();
  std::atomic<int> wrong = 0, done = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) {
        const absl::Duration left = absl::Microseconds(200 * (thread + 1) * (i % 10));
        const Status status = database->ReadOne(Deadline(left), Freshness::kLocal,
                                                [](Transaction& tx) { return Sleep(tx, 0); });
        if (!status.ok() && !absl::IsUnavailable(status)) ++wrong;
        done += status.ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(database->CheckHealth(Deadline()).ok());
}

// After a lost connection the connector has closed its socket, and the number may be anybody's.
TEST_CASE_METHOD(Fixture, "cutting a dead connection does not touch another socket of its number",
                 "[store][db][stop]") {
  const Node node = ParseNode(proxy.address()).value();
  const auto connection =
      Connection::Open(node, options, Session::kAutocommit, absl::Seconds(5)).value();
  REQUIRE(connection->Run("DO 1").ok());
  proxy.CutAll();
  CHECK_FALSE(connection->Run("DO 1").ok());
  CHECK(connection->last_fault() == Fault::kLost);
  std::vector<std::array<int, 2>> pairs(16);  // they take all low numbers that are free
  for (auto& pair : pairs)
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) == 0);
  connection->Cut();
  int alive = 0;
  for (const auto& [left, right] : pairs) {
    char byte = 'x';
    alive += send(left, &byte, 1, MSG_NOSIGNAL) == 1 && recv(right, &byte, 1, 0) == 1 &&
                     send(right, &byte, 1, MSG_NOSIGNAL) == 1 && recv(left, &byte, 1, 0) == 1
                 ? 1
                 : 0;
    close(left);
    close(right);
  }
  CHECK(alive == 16);
}

}  // namespace
}  // namespace tstack::db
