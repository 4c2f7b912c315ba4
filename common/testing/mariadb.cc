#include "common/testing/mariadb.h"

#include <exception>
#include <utility>

#include "common/testing/mariadb_server.h"

namespace tstack::testing {

CallContext Deadline(absl::Duration timeout) {
  CallContext ctx;
  ctx.request.request_id = "req-test";
  ctx.deadline = RealClock().Now() + timeout;
  return ctx;
}

TestMariaDb::TestMariaDb(MariaDbOptions options) : options_(std::move(options)), port_(FreePort()) {
  CopyTemplateData(directory_.File("data"));
  Start();
}

TestMariaDb::~TestMariaDb() {
  process_.Kill9();
  if (std::uncaught_exceptions() > 0) PrintServerLog(directory_.path());
}

TestMariaDb& TestMariaDb::Shared() {
  static TestMariaDb server;
  return server;
}

std::string TestMariaDb::socket() const { return "unix:" + directory_.File("s.sock"); }

std::string TestMariaDb::tcp() const { return "127.0.0.1:" + std::to_string(port_); }

void TestMariaDb::Start() {
  ProcessOptions process;
  process.argv = ServerArguments(directory_.path(), "root", port_);
  process.argv.push_back(options_.durable ? "--innodb-flush-log-at-trx-commit=1"
                                          : "--innodb-flush-log-at-trx-commit=2");
  process.argv.insert(process.argv.end(), options_.arguments.begin(), options_.arguments.end());
  process.log_file = directory_.File("log");
  StatusOr<Process> started = Process::Start(process);
  if (!started.ok()) DieOfServer("", started.status().ToString());
  process_ = *std::move(started);
  const bool up = WaitFor("mariadbd start", absl::Seconds(3), [this] {
    if (!process_.Running()) DieOfServer(directory_.path(), "mariadbd ended");
    return db::ConnectAdmin(Deadline(absl::Seconds(5)), Root()).ok();
  });
  if (!up) DieOfServer(directory_.path(), "mariadbd did not come up");
}

void TestMariaDb::Stop() { process_.Stop(); }

void TestMariaDb::Kill9() { process_.Kill9(); }

db::Options TestMariaDb::Root(const std::string& schema) const {
  db::Options options;
  options.nodes = {socket()};
  options.user = "root";
  options.schema = schema;
  return options;
}

std::unique_ptr<db::AdminConnection> TestMariaDb::Admin(const std::string& schema) const {
  StatusOr<std::unique_ptr<db::AdminConnection>> admin = db::ConnectAdmin(Deadline(), Root(schema));
  if (!admin.ok()) DieOfServer(directory_.path(), admin.status().ToString());
  return *std::move(admin);
}

Status RecreateSchema(db::AdminConnection& admin, const std::string& schema,
                      const migrate::Files& files) {
  const CallContext ctx = Deadline(absl::Seconds(60));
  RETURN_IF_ERROR(admin.Query("DROP DATABASE IF EXISTS " + db::QuoteName(schema)).status());
  RETURN_IF_ERROR(migrate::EnsureSchema(ctx, admin, schema, schema, "secret"));
  return migrate::Migrate(ctx, admin, schema, files);
}

db::Options TestMariaDb::CreateSchema(const std::string& schema, const migrate::Files& files) {
  const Status created = RecreateSchema(*Admin(), schema, files);
  if (!created.ok()) DieOfServer(directory_.path(), created.ToString());
  db::Options options = Root(schema);
  options.user = schema;
  options.password = log::Secret<std::string>("secret");
  return options;
}

std::unique_ptr<db::Database> TestMariaDb::Open(const std::string& schema,
                                                const migrate::Files& files) {
  StatusOr<std::unique_ptr<db::Database>> database = db::Connect(CreateSchema(schema, files));
  if (!database.ok()) DieOfServer("", database.status().ToString());
  return *std::move(database);
}

}  // namespace tstack::testing
