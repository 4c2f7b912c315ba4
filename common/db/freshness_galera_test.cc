// What a node that has not yet applied the other's commits lets a caller see.
#include <atomic>

#include <catch2/catch.hpp>

#include "common/db/store_fixture.h"
#include "common/testing/galera.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestGalera;

// The real time, moved on at will: a connection counts as settled after a while.
class AheadClock final : public Clock {
 public:
  absl::Time Now() const override { return RealClock().Now(); }
  absl::Duration Steady() const override {
    return RealClock().Steady() + absl::Seconds(ahead_.load());
  }
  void MoveOn(int seconds) { ahead_ += seconds; }

 private:
  std::atomic<int> ahead_ = 0;
};

struct Fixture {
  static TestGalera& Cluster() {
    static TestGalera cluster(2);
    return cluster;
  }
  TestGalera& cluster = Cluster();
  AheadClock clock;
  Options options = cluster.CreateSchema(
      "fresh", {{10, "0010_tables",
                 "CREATE TABLE IF NOT EXISTS bulk (id INT PRIMARY KEY "
                 "AUTO_INCREMENT, word CHAR(32));"
                 "CREATE TABLE IF NOT EXISTS number (id INT PRIMARY KEY, value "
                 "INT NOT NULL)"}});
  std::unique_ptr<AdminConnection> writer = cluster.Admin(0, "fresh");
  std::unique_ptr<AdminConnection> behind = cluster.Admin(1, "fresh");
  int64_t next = 0;

  std::unique_ptr<Database> Open(std::vector<std::string> nodes) {
    options.nodes = std::move(nodes);
    options.clock = &clock;
    options.pool_size = 1;
    return Connect(options).value();
  }
  bool Seen(AdminConnection& at, int64_t id) const {
    const auto rows = at.Query("SELECT 1 FROM number WHERE id = " + std::to_string(id));
    return rows.ok() && !rows->empty();
  }
  // Commits a row at the first node that the second one does not have yet: it still works on a
  // large transaction.
  int64_t CommitUnseen() {
    for (int i = 0; i < 20; ++i) {
      const int64_t id = ++next;
      REQUIRE(writer
                  ->Query("INSERT INTO bulk (word) SELECT MD5(seq) FROM seq_1_to_" +
                          std::to_string(100'000))
                  .ok());
      REQUIRE(writer->Query("INSERT INTO number VALUES (" + std::to_string(id) + ", 1)").ok());
      if (!Seen(*behind, id)) return id;
    }
    FAIL("the second node never was behind");
    return 0;
  }
  static StatusOr<bool> Has(Transaction& tx, int64_t id) {
    ASSIGN_OR_RETURN(const Rows rows, tx.Query("get", "SELECT 1 FROM number WHERE id = ?", {id}));
    return !rows.empty();
  }
  static bool ReadOne(Database& database, int64_t id) {
    const auto rows = database.ReadOne(Deadline(), Freshness::kLocal, "get",
                                       "SELECT 1 FROM number WHERE id = ?", {id});
    return rows.ok() && !rows->empty();
  }
};

TEST_CASE_METHOD(Fixture, "a plain read at another node than the first waits for its commits",
                 "[integration][db][galera]") {
  const std::string nobody = "127.0.0.1:" + std::to_string(testing::FreePort());
  const auto database = Open({nobody, cluster.tcp(1)});
  REQUIRE(database->CheckHealth(Deadline()).ok());
  clock.MoveOn(3600);  // however long it has been there
  const int64_t id = CommitUnseen();
  CHECK(ReadOne(*database, id));
}

TEST_CASE_METHOD(Fixture, "a plain read at the first node waits only while others may be elsewhere",
                 "[integration][db][galera]") {
  const auto database = Open({cluster.tcp(1)});  // the lagging node is this one's first
  REQUIRE(database->CheckHealth(Deadline()).ok());
  CHECK(ReadOne(*database, CommitUnseen()));
  clock.MoveOn(11);
  bool stale = false;
  for (int i = 0; i < 5 && !stale; ++i) stale = !ReadOne(*database, CommitUnseen());
  CHECK(stale);  // the control: it is the rule that made it wait
}

TEST_CASE_METHOD(Fixture, "a refusal by what a node had not seen yet is rechecked",
                 "[integration][db][galera]") {
  const auto database = Open({cluster.tcp(1)});
  REQUIRE(database->CheckHealth(Deadline()).ok());
  clock.MoveOn(11);
  int runs = 0;
  for (int i = 0; i < 5 && runs < 2; ++i) {
    const int64_t id = CommitUnseen();
    runs = 0;
    const Status status =
        database->RunTransaction(Deadline(), NewTxn(), [&](Transaction& tx) -> Status {
          ++runs;
          ASSIGN_OR_RETURN(const bool has, Has(tx, id));
          return has ? absl::OkStatus() : absl::NotFoundError("no such number");
        });
    INFO(status);
    CHECK(status.ok());
  }
  CHECK(runs == 2);
}

TEST_CASE_METHOD(Fixture, "a refusal that stays true is asked twice, one of form once",
                 "[integration][db][galera]") {
  const auto database = Open({cluster.tcp(0)});
  REQUIRE(database->CheckHealth(Deadline()).ok());
  clock.MoveOn(11);
  int runs = 0;
  const auto refuse = [&](const Status& with) {
    runs = 0;
    return database->RunTransaction(Deadline(), NewTxn(), [&](Transaction&) {
      ++runs;
      return with;
    });
  };
  CHECK(absl::IsResourceExhausted(refuse(absl::ResourceExhaustedError("quota"))));
  CHECK(runs == 2);
  CHECK(absl::IsInternal(refuse(absl::InternalError("bug"))));
  CHECK(runs == 1);
}

}  // namespace
}  // namespace tstack::db
