// The database schemas of an installation: who owns which, and bringing them up to date.
#pragma once

#include <string>
#include <vector>

#include "common/context/call_context.h"
#include "common/log/secret.h"
#include "common/migrate/migrate.h"
#include "common/status/status.h"
#include "tools/tstack_cli/progress.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::cli {

struct Schema {
  std::string role;  // "identity"
  std::string name;  // "tstack_identity"
  std::string user;
  log::Secret<std::string> password;
  migrate::Files files;
};

// One for each role that has a database. The migrations are compiled in: a node that only runs the
// cloud has no source tree.
StatusOr<std::vector<Schema>> SchemasOf(const config::v1::Config& config);

// Creates schemas and users and applies what is missing, as `admin`, who may do so. Repeatable,
// safe beside another one.
Status MigrateAll(const db::Options& admin, const config::v1::Config& config, Progress& progress);

// Names of the migrations that are not applied yet, "identity 0010_password".
StatusOr<std::vector<std::string>> PendingMigrations(const db::Options& admin,
                                                     const config::v1::Config& config);

}  // namespace tstack::cli
