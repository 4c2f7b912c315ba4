#include <iostream>

#include "absl/strings/str_join.h"

#include "common/config/config.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/mariadb.h"
#include "tools/tstack_cli/prepare.h"
#include "tools/tstack_cli/schema.h"

namespace tstack::cli {
namespace {

// Whoever may create schemas and users on the nodes of a configuration.
StatusOr<db::Options> AdminOf(const config::v1::Config& config, const MigrateOptions& options) {
  ASSIGN_OR_RETURN(db::Options admin, db::OptionsFor(config.database(), Roles().front()));
  admin.user = options.admin;
  admin.password = {};
  admin.schema.clear();
  if (!options.admin_password_file.empty()) {
    ASSIGN_OR_RETURN(admin.password, config::ReadSecret("file:" + options.admin_password_file));
  }
  return admin;
}

Status MigrateOrShow(const db::Options& admin, const config::v1::Config& config, bool only_show) {
  Progress progress(std::cout);
  if (!only_show) return MigrateAll(admin, config, progress);
  ASSIGN_OR_RETURN(const std::vector<std::string> pending, PendingMigrations(admin, config));
  std::cout << (pending.empty() ? "nothing is pending" : absl::StrJoin(pending, "\n")) << "\n";
  return absl::OkStatus();
}

}  // namespace

Status Migrate(const MigrateOptions& options) {
  if (options.config_file.empty()) {
    const Instance instance(options.data);
    ASSIGN_OR_RETURN(const config::v1::Config config, LoadConfig(instance));
    return MigrateOrShow(MariaDbRoot(instance), config, options.only_show);
  }
  ASSIGN_OR_RETURN(const config::v1::Config config, config::Load(options.config_file));
  ASSIGN_OR_RETURN(const db::Options admin, AdminOf(config, options));
  return MigrateOrShow(admin, config, options.only_show);
}

}  // namespace tstack::cli
