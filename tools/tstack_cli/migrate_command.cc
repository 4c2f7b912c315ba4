#include <iostream>

#include "absl/strings/str_join.h"

#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/prepare.h"
#include "tools/tstack_cli/schema.h"

namespace tstack::cli {

Status Migrate(const std::string& data, bool only_show) {
  const Instance instance(data);
  ASSIGN_OR_RETURN(const config::v1::Config config, LoadConfig(instance));
  Progress progress(std::cout);
  if (!only_show) return MigrateAll(instance, config, progress);
  ASSIGN_OR_RETURN(const std::vector<std::string> pending, PendingMigrations(instance, config));
  std::cout << (pending.empty() ? "nothing is pending" : absl::StrJoin(pending, "\n")) << "\n";
  return absl::OkStatus();
}

}  // namespace tstack::cli
