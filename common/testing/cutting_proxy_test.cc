// The proxy itself: its cuts do what the transaction tests rely on.
#include "common/testing/cutting_proxy.h"

#include <catch2/catch.hpp>

#include "common/testing/mariadb.h"

namespace tstack::testing {
namespace {

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  CuttingProxy proxy{server.port()};
  std::unique_ptr<db::AdminConnection> direct = server.Admin();

  Fixture() {
    REQUIRE(direct->Query("CREATE DATABASE IF NOT EXISTS proxy").ok());
    REQUIRE(direct->Query("CREATE OR REPLACE TABLE proxy.t (id INT PRIMARY KEY)").ok());
  }
  StatusOr<std::unique_ptr<db::AdminConnection>> Through() {
    db::Options options = server.Root();
    options.nodes = {proxy.address()};
    return db::ConnectAdmin(Deadline(absl::Seconds(2)), options);
  }
  // True if COMMIT was answered.
  bool InsertAndCommit() {
    auto connection = Through().value();
    REQUIRE(connection->Query("BEGIN").ok());
    REQUIRE(connection->Query("INSERT INTO proxy.t VALUES (1)").ok());
    return connection->Query("COMMIT").ok();
  }
  int64_t Rows() { return (*direct->Query("SELECT COUNT(*) FROM proxy.t"))[0].Int(0).value(); }
};

TEST_CASE_METHOD(Fixture, "the proxy passes everything on unless it is armed", "[store][testing]") {
  CHECK(InsertAndCommit());
  CHECK(Rows() == 1);
  CHECK(proxy.commits_seen() == 1);
  CHECK(proxy.cuts_done() == 0);
}

TEST_CASE_METHOD(Fixture, "a cut before COMMIT leaves nothing, a cut after it leaves the row",
                 "[store][testing]") {
  proxy.Arm(Cut::kBeforeCommit);
  CHECK_FALSE(InsertAndCommit());
  CHECK(Rows() == 0);
  proxy.Arm(Cut::kAfterCommit);
  CHECK_FALSE(InsertAndCommit());
  CHECK(Rows() == 1);
  CHECK(proxy.cuts_done() == 2);
}

TEST_CASE_METHOD(Fixture, "bytes, connections and newcomers can be cut", "[store][testing]") {
  auto connection = Through().value();
  proxy.CutAfterBytes(3);
  CHECK_FALSE(connection->Query("SELECT 1").ok());
  connection = Through().value();
  proxy.CutAll();
  CHECK_FALSE(connection->Query("SELECT 1").ok());
  proxy.Refuse(true);
  CHECK_FALSE(Through().ok());
  proxy.Refuse(false);
  CHECK(Through().ok());
}

}  // namespace
}  // namespace tstack::testing
