#include "common/db/connection.h"

#include <cppconn/exception.h>

#include <algorithm>
#include <map>

#include "common/db/driver.h"

namespace tstack::db {
namespace {

constexpr size_t kMaxPrepared = 256;
// Behind the deadlines that Cut() enforces: nothing waits longer for a silent server, whatever
// happens.
constexpr int kReadTimeoutSeconds = 90;

int WholeSeconds(absl::Duration duration) {
  return std::max(1,
                  static_cast<int>(absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1)))));
}

sql::ConnectOptionsMap ConnectOptions(const Node& node, const Options& options,
                                      absl::Duration patience) {
  sql::ConnectOptionsMap map;
  map["hostName"] = sql::SQLString(node.Url());
  map["userName"] = sql::SQLString(options.user);
  map["password"] = sql::SQLString(options.password.Reveal());
  if (!options.schema.empty()) map["schema"] = sql::SQLString(options.schema);
  map["OPT_CONNECT_TIMEOUT"] = WholeSeconds(patience);
  map["OPT_READ_TIMEOUT"] = kReadTimeoutSeconds;
  map["OPT_WRITE_TIMEOUT"] = kReadTimeoutSeconds;
  map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  map["OPT_RECONNECT"] = false;  // a silent reconnect would lose the transaction
  map["CLIENT_FOUND_ROWS"] = true;
  if (node.unix_path.empty() && !options.tls_ca_file.empty()) {
    map["sslCA"] = sql::SQLString(options.tls_ca_file);
    map["sslEnforce"] = true;
    map["sslVerify"] = true;
    if (!options.tls_certificate_file.empty()) {
      map["sslCert"] = sql::SQLString(options.tls_certificate_file);
      map["sslKey"] = sql::SQLString(options.tls_key_file);
    }
  }
  return map;
}

std::string SessionStatement(const Options& options, Session session) {
  return "SET SESSION "
         "sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_"
         "DIVISION_BY_ZERO,"
         "NO_ENGINE_SUBSTITUTION', time_zone='+00:00', "
         "tx_isolation='REPEATABLE-READ', "
         "idle_transaction_timeout=60, "
         "innodb_lock_wait_timeout=" +
         std::to_string(WholeSeconds(options.lock_wait)) +
         ", autocommit=" + (session == Session::kAutocommit ? "1" : "0");
}

SqlError ErrorOf(const sql::SQLException& exception) {
  return {exception.getErrorCode(), exception.getSQLState(), exception.what()};
}

}  // namespace

template <typename Result, typename Work>
StatusOr<Result> Connection::Guarded(std::string_view name, const Work& work) {
  Driver();
  last_fault_ = Fault::kNone;
  try {
    return work();
  } catch (const sql::SQLException& exception) {
    const SqlError error = ErrorOf(exception);
    last_fault_ = Classify(error.code);
    return ToStatus(error, name);
  } catch (const std::exception& exception) {
    last_fault_ = Fault::kLost;  // the connection's state is not known
    return Error(StatusCode::kInternal, "SQL_ERROR", exception.what());
  }
}

StatusOr<std::unique_ptr<Connection>> Connection::Open(const Node& node, const Options& options,
                                                       Session session, absl::Duration patience) {
  std::unique_ptr<Connection> opened;
  try {
    const SocketFinder finder(node);
    sql::ConnectOptionsMap map = ConnectOptions(node, options, patience);
    std::unique_ptr<sql::Connection> connection(Driver().connect(map));
    ASSIGN_OR_RETURN(OpenSocket socket, finder.Find());
    opened.reset(new Connection(std::move(connection), std::move(socket)));
    opened->text_.reset(opened->connection_->createStatement());
  } catch (const sql::SQLException& exception) {
    return Error(StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
                 "cannot connect to " + node.name + ": " + exception.what());
  } catch (const std::exception& exception) {
    return Error(StatusCode::kInternal, "SQL_ERROR", exception.what());
  }
  RETURN_IF_ERROR(opened->SetUp(options, session));
  return opened;
}

Connection::Connection(std::unique_ptr<sql::Connection> connection, OpenSocket socket)
    : socket_(std::move(socket)), connection_(std::move(connection)) {}

Connection::~Connection() {
  Driver();
  try {
    prepared_.clear();
    text_.reset();
    connection_.reset();
  } catch (const std::exception&) {
    connection_.release();  // NOLINT: a destructor that throws half-way must not
                            // run again
  }
}

Status Connection::SetUp(const Options& options, Session session) {
  RETURN_IF_ERROR(Run(SessionStatement(options, session)));
  session_ = session;
  ASSIGN_OR_RETURN(const Rows rows, RunQuery("SELECT @@GLOBAL.wsrep_on"));
  StatusOr<int64_t> wsrep = rows.empty() ? 0 : rows[0].Int(0);
  in_cluster_ = wsrep.ok() && *wsrep != 0;
  return absl::OkStatus();
}

StatusOr<Rows> Connection::Query(std::string_view name, std::string_view sql,
                                 const std::vector<Value>& parameters) {
  StatusOr<Rows> rows = Guarded<Rows>(name, [&]() -> StatusOr<Rows> {
    Prepared& prepared = Prepare(sql);
    Bind(*prepared.statement, parameters);
    const std::unique_ptr<sql::ResultSet> result(prepared.statement->executeQuery());
    return Fetch(*result, prepared.kinds.Of(*result, parameters));
  });
  if (last_fault_ == Fault::kConflict) Forget(sql);
  return rows;
}

StatusOr<int64_t> Connection::Execute(std::string_view name, std::string_view sql,
                                      const std::vector<Value>& parameters) {
  StatusOr<int64_t> count = Guarded<int64_t>(name, [&]() -> StatusOr<int64_t> {
    sql::PreparedStatement& statement = *Prepare(sql).statement;
    Bind(statement, parameters);
    return static_cast<int64_t>(statement.executeUpdate());
  });
  if (last_fault_ == Fault::kConflict) Forget(sql);
  return count;
}

Status Connection::Run(const std::string& sql) { return RunQuery(sql).status(); }

StatusOr<Rows> Connection::RunQuery(const std::string& sql) {
  const std::string_view name = std::string_view(sql).substr(0, sql.find(' '));
  return Guarded<Rows>(name, [&]() -> StatusOr<Rows> {
    if (!text_->execute(sql)) return Rows{};
    // An unread result would leave the connection out of step (2014).
    const std::unique_ptr<sql::ResultSet> result(text_->getResultSet());
    return Fetch(*result, KindsOf(*result));
  });
}

Status Connection::CheckNode() {
  if (!in_cluster_) return Run("DO 1");
  ASSIGN_OR_RETURN(const Rows rows,
                   RunQuery("SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready',"
                            "'wsrep_local_state','wsrep_cluster_status')"));
  std::map<std::string, std::string> state;
  for (const Row& row : rows) state[row.StringOr(0, "")] = row.StringOr(1, "");
  if (state["wsrep_ready"] == "ON" && state["wsrep_local_state"] == "4" &&
      state["wsrep_cluster_status"] == "Primary") {
    return absl::OkStatus();
  }
  last_fault_ = Fault::kNodeNotReady;
  return Error(StatusCode::kUnavailable, "DATABASE_NODE_NOT_READY",
               "the database node is " + state["wsrep_cluster_status"] + ", state " +
                   state["wsrep_local_state"]);
}

Status Connection::Become(Session session, int sync_wait) {
  const bool wait = in_cluster_ && sync_wait_ != sync_wait;
  if (session_ == session && !wait) return absl::OkStatus();
  std::string sql = "SET SESSION ";
  if (session_ != session) sql += session == Session::kAutocommit ? "autocommit=1" : "autocommit=0";
  if (session_ != session && wait) sql += ", ";
  if (wait) sql += "wsrep_sync_wait=" + std::to_string(sync_wait);
  RETURN_IF_ERROR(Run(sql));
  session_ = session;
  sync_wait_ = sync_wait;
  return absl::OkStatus();
}

Connection::Prepared& Connection::Prepare(std::string_view sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second.used);
    return found->second;
  }
  if (prepared_.size() >= kMaxPrepared) Forget(recent_.back());
  std::unique_ptr<sql::PreparedStatement> statement(
      connection_->prepareStatement(std::string(sql)));
  recent_.emplace_front(sql);
  Prepared& entry = prepared_[recent_.front()];  // the key is a view of the list's own text
  entry.statement = std::move(statement);
  entry.used = recent_.begin();
  return entry;
}

void Connection::Forget(std::string_view sql) {
  const auto found = prepared_.find(sql);
  if (found == prepared_.end()) return;
  const auto used = found->second.used;
  prepared_.erase(found);
  recent_.erase(used);
}

}  // namespace tstack::db
