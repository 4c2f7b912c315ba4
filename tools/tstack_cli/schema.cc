#include "tools/tstack_cli/schema.h"

#include <map>

#include "absl/strings/str_cat.h"

#include "tstack/migrations/identity.h"

namespace tstack::cli {
namespace {

CallContext Within(absl::Duration patience) {
  CallContext ctx;
  ctx.deadline = RealClock().Now() + patience;
  return ctx;
}

}  // namespace

StatusOr<std::vector<Schema>> SchemasOf(const config::v1::Config& config) {
  const std::map<std::string, const migrate::Files*> migrations = {
      {"identity", &migrations::Identity()}};
  std::vector<Schema> schemas;
  for (const auto& [role, files] : migrations) {
    ASSIGN_OR_RETURN(const db::Options options, db::OptionsFor(config.database(), role));
    schemas.push_back({role, options.schema, options.user, options.password, *files});
  }
  return schemas;
}

Status MigrateAll(const db::Options& options, const config::v1::Config& config,
                  Progress& progress) {
  const CallContext ctx = Within(absl::Minutes(10));
  ASSIGN_OR_RETURN(auto admin, db::ConnectAdmin(ctx, options));
  ASSIGN_OR_RETURN(const std::vector<Schema> schemas, SchemasOf(config));
  progress.Begin("bring schemas up to date");
  int applied = 0;
  for (const Schema& schema : schemas) {
    RETURN_IF_ERROR(
        migrate::EnsureSchema(ctx, *admin, schema.name, schema.user, schema.password.Reveal()));
    RETURN_IF_ERROR(
        migrate::Migrate(ctx, *admin, schema.name, schema.files, [&](const migrate::File& file) {
          ++applied;
          progress.Tick(schema.name + " " + file.name);
        }));
  }
  progress.Done(absl::StrCat(applied, " migrations applied"));
  return absl::OkStatus();
}

StatusOr<std::vector<std::string>> PendingMigrations(const db::Options& options,
                                                     const config::v1::Config& config) {
  const CallContext ctx = Within(absl::Seconds(10));
  ASSIGN_OR_RETURN(auto admin, db::ConnectAdmin(ctx, options));
  ASSIGN_OR_RETURN(const std::vector<Schema> schemas, SchemasOf(config));
  std::vector<std::string> pending;
  for (const Schema& schema : schemas) {
    ASSIGN_OR_RETURN(const migrate::Files files,
                     migrate::Plan(ctx, *admin, schema.name, schema.files));
    for (const migrate::File& file : files) pending.push_back(schema.role + " " + file.name);
  }
  return pending;
}

}  // namespace tstack::cli
