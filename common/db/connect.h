// Opens databases: the options, the pooled Database of a service, and the plain connection of
// administration.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/log/secret.h"
#include "common/time/clock.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::db {

// What is seen of every statement: for metrics. `outcome` is "ok", "conflict", "lost" or "error".
struct StatementEvent {
  std::string_view name;
  absl::Duration duration;
  std::string_view outcome;
  const RequestContext* request = nullptr;  // whose call runs the statement; null: unknown
};
using StatementObserver = std::function<void(const StatementEvent&)>;

struct Options {
  std::vector<std::string> nodes;  // "host:port" or "unix:/path", the preferred writer first
  std::string user;
  log::Secret<std::string> password;
  std::string schema;
  int pool_size = 8;

  // TLS to TCP nodes; all empty = none.
  std::string tls_ca_file;
  std::string tls_certificate_file;
  std::string tls_key_file;

  // How long a call waits for a first connection while no node accepts one. An outage that already
  // lasts longer fails calls at once.
  absl::Duration patience = absl::Seconds(2);
  // Wait for a row lock before the transaction is rolled back and rerun; whole seconds.
  absl::Duration lock_wait = absl::Seconds(5);
  // Pause between looks at whether a preferred node is back.
  absl::Duration fail_back_interval = absl::Seconds(2);

  IdSource* ids = &RealIds();  // jitter
  Sleeper* sleeper = &RealSleeper();
  Clock* clock = &RealClock();
  StatementObserver observer;  // may be empty; called on the caller's thread
};

// Never blocks and does not need a reachable server: connections are opened on demand.
// Fails on bad options only (no node, no schema).
StatusOr<std::unique_ptr<Database>> Connect(Options options);

// The options of service `role` ("identity"): schema "<prefix><role>", "{role}" replaced in user
// and password, a password "file:/path" read from that file.
StatusOr<Options> OptionsFor(const config::v1::Database& config, std::string_view role);

inline StatusOr<std::unique_ptr<Database>> Connect(const config::v1::Database& config,
                                                   std::string_view role) {
  ASSIGN_OR_RETURN(Options options, OptionsFor(config, role));
  return Connect(std::move(options));
}

// One connection in autocommit mode for DDL, grants and tests; not for services. Not thread-safe.
class AdminConnection {
 public:
  virtual ~AdminConnection() = default;
  // Text protocol, no parameters: may be any statement. Rows are empty for statements without a
  // result. Errors are classified as in Transaction; the server's error number is in the message.
  virtual StatusOr<Rows> Query(std::string_view sql) = 0;
  virtual StatusOr<int64_t> Execute(std::string_view sql, std::vector<Value> parameters = {}) = 0;
  virtual StatusOr<Rows> Select(std::string_view sql, std::vector<Value> parameters = {}) = 0;
  // A further connection with the same options.
  virtual StatusOr<std::unique_ptr<AdminConnection>> Another(const CallContext& ctx) = 0;
};

// Connects to the first node that accepts; options.schema may be empty. Honours ctx.deadline
// between statements.
StatusOr<std::unique_ptr<AdminConnection>> ConnectAdmin(const CallContext& ctx,
                                                        const Options& options);

// `name` quoted with backticks, for administration statements.
std::string QuoteName(std::string_view name);

// Text as an SQL literal, for statements that take no parameters (grants).
std::string QuoteText(std::string_view text);

}  // namespace tstack::db
