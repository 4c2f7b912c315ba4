// Starting, replacing and restarting the processes of a role without leaving it unserved.
#pragma once

#include <string>

#include "common/status/status.h"
#include "tools/tstack_cli/instance.h"
#include "tools/tstack_cli/progress.h"
#include "tools/tstack_cli/services.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::cli {

inline constexpr absl::Duration kStartPatience = absl::Minutes(2);

// Ensures all replicas and waits until they are ready: new ones together, running ones that are out
// of date one after the other. Replicas that the configuration no longer wants are stopped.
Status StartRole(const Instance& instance, const config::v1::Config& config,
                 const std::string& role, Progress& progress);

// Replaces one process even if nothing has changed.
Status RestartReplica(const Instance& instance, const config::v1::Config& config,
                      const Replica& replica, Progress& progress);

}  // namespace tstack::cli
