#include "tools/tstack_cli/schema.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/config/config.h"
#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/mariadb.h"
#include "tools/tstack_cli/prepare.h"

namespace tstack::cli {
namespace {

CallContext Within(absl::Duration patience) {
  CallContext ctx;
  ctx.deadline = RealClock().Now() + patience;
  return ctx;
}

}  // namespace

StatusOr<std::vector<Schema>> SchemasOf(const config::v1::Config& config) {
  ASSIGN_OR_RETURN(const std::string root, SourceRoot());
  std::vector<Schema> schemas;
  for (const std::string& role : Roles()) {
    const std::string folder = absl::StrCat(root, "/services/", role, "/migrations");
    if (!Exists(folder)) continue;
    const auto with_role = [&](const std::string& text) {
      return absl::StrReplaceAll(text, {{"{role}", role}});
    };
    Schema schema;
    schema.role = role;
    schema.name = config.database().schema_prefix() + role;
    schema.user = with_role(config.database().user());
    ASSIGN_OR_RETURN(schema.password, config::ReadSecret(with_role(config.database().password())));
    ASSIGN_OR_RETURN(schema.files, migrate::ReadFolder(folder));
    schemas.push_back(std::move(schema));
  }
  return schemas;
}

Status MigrateAll(const Instance& instance, const config::v1::Config& config, Progress& progress) {
  const CallContext ctx = Within(absl::Minutes(10));
  ASSIGN_OR_RETURN(auto admin, db::ConnectAdmin(ctx, MariaDbRoot(instance)));
  ASSIGN_OR_RETURN(const std::vector<Schema> schemas, SchemasOf(config));
  progress.Begin("bring schemas up to date");
  int applied = 0;
  for (const Schema& schema : schemas) {
    RETURN_IF_ERROR(migrate::EnsureSchema(ctx, *admin, schema.name, schema.user, schema.password));
    RETURN_IF_ERROR(
        migrate::Migrate(ctx, *admin, schema.name, schema.files, [&](const migrate::File& file) {
          ++applied;
          progress.Tick(schema.name + " " + file.name);
        }));
  }
  progress.Done(absl::StrCat(applied, " migrations applied"));
  return absl::OkStatus();
}

StatusOr<std::vector<std::string>> PendingMigrations(const Instance& instance,
                                                     const config::v1::Config& config) {
  const CallContext ctx = Within(absl::Seconds(10));
  ASSIGN_OR_RETURN(auto admin, db::ConnectAdmin(ctx, MariaDbRoot(instance)));
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
