// The data folder: made once, completed on every start, never damaged by a kill in between.
#pragma once

#include <map>
#include <string>

#include "common/status/status.h"
#include "tools/tstack_cli/instance.h"
#include "tools/tstack_cli/progress.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::cli {

// Roles that `tstack up` runs, in the order in which they are started.
const std::vector<std::string>& Roles();

struct Creation {
  int port_base = 21000;
  std::map<std::string, int> replicas;  // by role
};

// Makes folders, certificates, keys, secrets and tstack.yaml as far as they are missing. What the
// operator has changed in tstack.yaml stays. Certificates that end within 30 days are issued again.
Status PrepareFolder(const Instance& instance, const Creation& creation);

// Loads tstack.yaml; kNotFound with advice if there is none.
StatusOr<config::v1::Config> LoadConfig(const Instance& instance);

// clouds.yaml, openrc and ca.pem for the unmodified client.
Status WriteClientFiles(const Instance& instance, const config::v1::Config& config);

// Processes of a role: what the configuration says, one if it says nothing.
int ReplicasOf(const config::v1::Config& config, const std::string& role);
Ports PortsOf(const config::v1::Config& config);

}  // namespace tstack::cli
