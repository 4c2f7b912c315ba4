#include <utility>

#include "common/db/connection.h"

namespace tstack::db {
namespace {

std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted.push_back(quote);
    if (c == '\\' && quote == '\'') quoted.push_back('\\');
    quoted.push_back(c);
  }
  quoted.push_back(quote);
  return quoted;
}

class SqlAdminConnection final : public AdminConnection {
 public:
  SqlAdminConnection(std::unique_ptr<Connection> connection, Options options)
      : connection_(std::move(connection)), options_(std::move(options)) {}

  StatusOr<Rows> Query(std::string_view sql) override {
    return connection_->RunQuery(std::string(sql));
  }
  StatusOr<int64_t> Execute(std::string_view sql, std::vector<Value> parameters) override {
    return connection_->Execute("admin", sql, parameters);
  }
  StatusOr<Rows> Select(std::string_view sql, std::vector<Value> parameters) override {
    return connection_->Query("admin", sql, parameters);
  }
  StatusOr<std::unique_ptr<AdminConnection>> Another(const CallContext& ctx) override {
    return ConnectAdmin(ctx, options_);
  }

 private:
  std::unique_ptr<Connection> connection_;
  const Options options_;
};

}  // namespace

std::string QuoteName(std::string_view name) { return Quoted(name, '`'); }

std::string QuoteText(std::string_view text) { return Quoted(text, '\''); }

StatusOr<std::unique_ptr<AdminConnection>> ConnectAdmin(const CallContext& ctx,
                                                        const Options& options) {
  Status last =
      Error(StatusCode::kInvalidArgument, "DATABASE_NODE", "no database node is configured");
  for (const std::string& text : options.nodes) {
    ASSIGN_OR_RETURN(const Node node, ParseNode(text));
    const absl::Duration left = ctx.deadline - options.clock->Now();
    if (left <= absl::ZeroDuration()) break;
    StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(node, options, Session::kAutocommit, std::min(left, absl::Seconds(5)));
    if (connection.ok())
      return std::make_unique<SqlAdminConnection>(*std::move(connection), options);
    last = connection.status();
  }
  return last;
}

}  // namespace tstack::db
