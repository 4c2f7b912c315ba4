// The resource rpcs on a schema of their own, called as the server calls them. For store tests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include <catch2/catch.hpp>

#include "common/testing/mariadb.h"
#include "services/identity/auth/sql_directory.h"
#include "services/identity/passwords/fake_hasher.h"
#include "services/identity/policy/defaults.h"
#include "services/identity/resources/reads.h"
#include "services/identity/wiring/resource_handlers.h"
#include "tstack/api/annotations.pb.h"
#include "tstack/identity/v1/assignments.pb.h"
#include "tstack/identity/v1/catalog.pb.h"
#include "tstack/identity/v1/domains.pb.h"
#include "tstack/identity/v1/projects.pb.h"
#include "tstack/identity/v1/roles.pb.h"
#include "tstack/identity/v1/users.pb.h"

namespace tstack::identity {

class ResourceFixture {
 public:
  // `schema` is unique to the test case. An engine given here replaces the real one.
  explicit ResourceFixture(const std::string& schema, const policy::Engine* policy = nullptr) {
    auto files = migrate::ReadFolder(TSTACK_SOURCE_DIR "/services/identity/migrations");
    REQUIRE(files.ok());
    db::Options options = testing::TestMariaDb::Shared().CreateSchema(schema, *files);
    options.observer = [this](const db::StatementEvent& event) {
      absl::MutexLock lock(&mutex_);
      statements_.emplace_back(event.name);
    };
    auto database = db::Connect(std::move(options));
    REQUIRE(database.ok());
    database_ = *std::move(database);
    auto engine = policy::MakeEngine(PolicyRules(), "");
    REQUIRE(engine.ok());
    engine_ = *std::move(engine);
    const auth::LockoutRules lockout{5, absl::Minutes(30)};
    directory_ = auth::MakeSqlDirectory(*database_, RealIds(), lockout);
    prover_ = std::make_unique<auth::PasswordProver>(*directory_, hasher_, lockout);
    resources_ = std::make_unique<ResourceHandlers>(ResourceParts{
        *database_, policy == nullptr ? *engine_ : *policy, *prover_, hasher_, RealIds()});
    resources_->Register(&handlers_);
    Sql("INSERT INTO project (id, is_domain, depth, scope, name, enabled, created_at) VALUES "
        "('default', 1, 0, '', 'Default', 1, UTC_TIMESTAMP(6))");
    admin.set_user_id("u9");
    admin.set_system("all");
    admin.add_roles("admin");
  }

  void Sql(const std::string& sql) {
    const Status status = database_->RunTransaction(
        testing::Deadline(), RealIds().TimeOrderedUuid(),
        [&](db::Transaction& tx) { return tx.Execute("test", sql).status(); });
    INFO(status);
    REQUIRE(status.ok());
  }

  // The first column of the first row as text; nullopt for NULL and without rows.
  std::optional<std::string> Text(const std::string& sql) {
    auto rows =
        Select(testing::Deadline(), *database_, "test", "SELECT CAST((" + sql + ") AS CHAR)", {});
    INFO(rows.status());
    REQUIRE(rows.ok());
    return rows->at(0).OptionalString(0).value_or(std::nullopt);
  }

  int64_t Count(const std::string& from) {
    return std::stoll(Text("SELECT COUNT(*) FROM " + from).value_or("-1"));
  }

  // Names of the statements that ran since the last time, as metrics see them.
  std::vector<std::string> Statements() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(statements_, {});
  }

  const rpc::Handlers::Entry& Entry(const std::string& method) const {
    const rpc::Handlers::Entry* entry = handlers_.Find("/tstack.identity.v1." + method);
    if (entry == nullptr) FAIL(method);  // not REQUIRE: several threads may be here
    return *entry;
  }

  CallContext Context(const rpc::Handlers::Entry& entry, const common::v1::AuthContext& auth,
                      int route = 0) const {
    CallContext ctx = testing::Deadline();
    ctx.request.auth = auth;
    ctx.request.idempotency_key = idempotency_key;
    ctx.rpc_method = entry.method->full_name();
    ctx.policy = entry.method->options().GetExtension(api::route, route).policy();
    return ctx;
  }

  // Unary: "Projects/CreateProject".
  template <typename Response, typename Request>
  StatusOr<Response> Call(const std::string& method, const Request& request) const {
    const rpc::Handlers::Entry& entry = Entry(method);
    auto response = entry.unary(Context(entry, admin), request);
    if (!response.ok()) return response.status();
    return static_cast<const Response&>(**response);
  }

  template <typename Item, typename Request>
  StatusOr<std::vector<Item>> List(const std::string& method, const Request& request) const {
    const rpc::Handlers::Entry& entry = Entry(method);
    std::vector<Item> items;
    RETURN_IF_ERROR(
        entry.stream(Context(entry, admin), request, [&](const google::protobuf::Message& item) {
          items.push_back(static_cast<const Item&>(item));
          return absl::OkStatus();
        }));
    return items;
  }

  db::Database& database() { return *database_; }
  // May be given more.
  rpc::Handlers& handlers() { return handlers_; }
  const policy::Engine& engine() const { return *engine_; }

  common::v1::AuthContext admin;  // the caller; may be changed
  std::string idempotency_key;

 private:
  absl::Mutex mutex_;
  std::vector<std::string> statements_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<policy::Engine> engine_;
  std::unique_ptr<auth::Directory> directory_;
  std::unique_ptr<auth::PasswordProver> prover_;
  passwords::FakeHasher hasher_;
  std::unique_ptr<ResourceHandlers> resources_;
  rpc::Handlers handlers_;
};

}  // namespace tstack::identity
