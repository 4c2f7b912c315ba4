// What one short call costs, in CPU time of this process and of the server.
//   db_read_bench [calls]
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

#include "common/db/store_fixture.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

constexpr char kTable[] =
    "CREATE TABLE IF NOT EXISTS item (id VARCHAR(64) "
    "PRIMARY KEY, name VARCHAR(255) NOT NULL,"
    " domain_id VARCHAR(64), parent_id VARCHAR(64), "
    "description TEXT, enabled TINYINT(1) NOT NULL,"
    " depth INT NOT NULL, is_domain TINYINT(1) NOT NULL, "
    "extra MEDIUMTEXT, changed DATETIME(6))";
constexpr char kSelect[] =
    "SELECT id, name, domain_id, parent_id, description, enabled, depth, "
    "is_domain, extra, changed "
    "FROM item WHERE id = ?";
constexpr char kId[] = "0123456789abcdef0123456789abcdef";

double Microseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

clockid_t ClockOf(const TestMariaDb& server) {
  const std::string socket = server.socket();  // "unix:/folder/s.sock": the pid stands beside it
  std::ifstream file(socket.substr(5, socket.rfind('/') - 5) + "/pid");
  pid_t pid = 0;
  file >> pid;
  clockid_t clock{};
  if (clock_getcpuclockid(pid, &clock) != 0) std::abort();
  return clock;
}

class Bench {
 public:
  Bench(TestMariaDb& server, int calls) : server_(ClockOf(server)), calls_(calls) {}

  template <typename Call>
  void Measure(const char* what, const Call& call) const {
    for (int i = 0; i < 200; ++i) Check(call());
    const double client = Microseconds(CLOCK_PROCESS_CPUTIME_ID), server = Microseconds(server_);
    for (int i = 0; i < calls_; ++i) Check(call());
    std::printf("%-44s client %6.1f us   mariadbd %6.1f us\n", what,
                (Microseconds(CLOCK_PROCESS_CPUTIME_ID) - client) / calls_,
                (Microseconds(server_) - server) / calls_);
  }

 private:
  static void Check(const Status& status) {
    if (status.ok()) return;
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::exit(1);
  }

  const clockid_t server_;
  const int calls_;
};

Status Select(Transaction& tx) {
  ASSIGN_OR_RETURN(const Rows rows, tx.Query("item_get", kSelect, {std::string(kId)}));
  return rows.size() == 1 ? absl::OkStatus() : absl::NotFoundError("no row");
}

int Main(int calls) {
  TestMariaDb server;
  const auto database = server.Open("bench", {{10, "0010_item", kTable}});
  const auto admin = server.Admin("bench");
  const std::string insert = "INSERT INTO item VALUES ('" + std::string(kId) +
                             "', 'demo', 'default', 'default', 'a project of "
                             "some people', 1, 1, 0, '{}', "
                             "UTC_TIMESTAMP(6))";
  if (!admin->Query(insert).ok()) return 1;
  const auto read = [&](int selects) {
    return database->Read(Deadline(), Freshness::kLocal, [&](Transaction& tx) -> Status {
      for (int i = 0; i < selects; ++i) RETURN_IF_ERROR(Select(tx));
      return absl::OkStatus();
    });
  };
  const auto read_one = [&] { return database->ReadOne(Deadline(), Freshness::kLocal, Select); };
  const Bench bench(server, calls);
  bench.Measure("Read, one SELECT", [&] { return read(1); });
  bench.Measure("Read, two SELECTs", [&] { return read(2); });
  bench.Measure("ReadOne", read_one);
  bench.Measure("ReadOne and Read with two SELECTs in turn", [&] {
    RETURN_IF_ERROR(read_one());
    return read(2);
  });
  bench.Measure("RunTransaction, one UPDATE", [&] {
    return database->RunTransaction(Deadline(), NewTxn(), [](Transaction& tx) {
      return tx
          .Execute("item_touch", "UPDATE item SET depth = depth + 1 WHERE id = ?",
                   {std::string(kId)})
          .status();
    });
  });
  return 0;
}

}  // namespace
}  // namespace tstack::db

int main(int argc, char** argv) { return tstack::db::Main(argc > 1 ? std::atoi(argv[1]) : 20'000); }
