// The project's own processes: what to run for each role, and how to see whether it is ready.
#pragma once

#include <string>
#include <vector>

#include "common/status/status.h"
#include "tools/tstack_cli/instance.h"
#include "tstack/config/v1/config.pb.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::cli {

// One process of a role.
struct Replica {
  std::string name;       // "identity-1"
  std::string role;       // "identity"
  std::string telemetry;  // "unix:/path"
  std::string address;    // where it serves
};

std::vector<Replica> ReplicasOfRole(const Instance& instance, const config::v1::Config& config,
                                    const std::string& role);
// All roles, in start order.
std::vector<Replica> AllReplicas(const Instance& instance, const config::v1::Config& config);

// By its name, whether the configuration wants it or not: "identity-3". `name` must be of a role.
Replica ReplicaNamed(const Instance& instance, const config::v1::Config& config,
                     const std::string& name);

std::string BinaryOf(const std::string& role);

// The fingerprint covers binary, contract library, configuration and certificate: a changed one
// means a restart.
supervisor::v1::ServiceSpec SpecOf(const Instance& instance, const config::v1::Config& config,
                                   const Replica& replica);

// The role that a person means by "identity", "identity-2", "gateway": "" if none.
std::string RoleOf(const std::string& name);

}  // namespace tstack::cli
