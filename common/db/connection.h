// One connection to one node, with its prepared statements. The connector's exceptions end here.
// Internal to this folder.
#pragma once

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/statement.h>

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/db/connect.h"
#include "common/db/node.h"
#include "common/db/result.h"
#include "common/db/socket_finder.h"
#include "common/db/sql_error.h"

namespace tstack::db {

enum class Session {
  kTransactional,  // autocommit off: a transaction begins with the first
                   // statement
  kAutocommit,     // a statement is all there is: single reads, administration
};

// Not thread-safe, but may be handed from thread to thread. Cut() may be called by any thread while
// the object lives.
class Connection {
 public:
  // Connects and sets the session up; `patience` is rounded up to whole seconds.
  static StatusOr<std::unique_ptr<Connection>> Open(const Node& node, const Options& options,
                                                    Session session, absl::Duration patience);
  ~Connection();

  StatusOr<Rows> Query(std::string_view name, std::string_view sql,
                       const std::vector<Value>& parameters);
  StatusOr<int64_t> Execute(std::string_view name, std::string_view sql,
                            const std::vector<Value>& parameters);
  // Text protocol: COMMIT, ROLLBACK, SET, DDL …
  Status Run(const std::string& sql);
  StatusOr<Rows> RunQuery(const std::string& sql);

  // OK if the node serves: Synced and Primary in a cluster, or no cluster at all.
  Status CheckNode();
  // Makes the session so, in one statement, or in none if it is so already. Not inside a
  // transaction. `sync_wait` is wsrep_sync_wait; without a cluster it means nothing.
  Status Become(Session session, int sync_wait);
  Session session() const { return session_; }

  // Of the last failed call; kNone after a success.
  Fault last_fault() const { return last_fault_; }
  bool in_cluster() const { return in_cluster_; }
  // Ends whatever waits for the server: it fails with kLost. The connection is of no use
  // afterwards.
  void Cut() const { socket_.Shutdown(); }

 private:
  struct Prepared {
    std::unique_ptr<sql::PreparedStatement> statement;
    ColumnKinds kinds;
    std::list<std::string>::iterator used;
  };

  Connection(std::unique_ptr<sql::Connection> connection, OpenSocket socket);
  Status SetUp(const Options& options, Session session);
  Prepared& Prepare(std::string_view sql);
  void Forget(std::string_view sql);
  // Calls `work` and turns the connector's exceptions into a status.
  template <typename Result, typename Work>
  StatusOr<Result> Guarded(std::string_view name, const Work& work);

  OpenSocket socket_;  // outlives connection_: its number must not be another's
                       // while Cut may come
  std::unique_ptr<sql::Connection> connection_;
  std::unique_ptr<sql::Statement> text_;
  std::list<std::string> recent_;  // statement texts, last used first
  std::unordered_map<std::string_view, Prepared> prepared_;
  Fault last_fault_ = Fault::kNone;
  bool in_cluster_ = false;
  Session session_ = Session::kAutocommit;
  int sync_wait_ = 0;
};

}  // namespace tstack::db
