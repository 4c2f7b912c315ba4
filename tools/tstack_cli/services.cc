#include "tools/tstack_cli/services.h"

#include <cctype>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/prepare.h"

namespace tstack::cli {
namespace {

constexpr char kGateway[] = "api-gateway";

// Backends by this host's sockets; gateways share their port instead of having one each.
std::string AddressOf(const Instance& instance, const config::v1::Config& config,
                      const Replica& replica) {
  if (replica.role == kGateway) return config.gateway().listen();
  return "unix:" + instance.Socket(replica.name);
}

std::string BackendOverride(const Instance& instance, const config::v1::Config& config,
                            const std::string& role) {
  std::vector<std::string> addresses;
  for (const Replica& replica : ReplicasOfRole(instance, config, role))
    addresses.push_back(replica.address);
  return absl::StrCat("backends.", role, ".addresses=[", absl::StrJoin(addresses, ", "), "]");
}

}  // namespace

std::string BinaryOf(const std::string& role) { return BinaryDir() + "/tstack-" + role; }

Replica ReplicaNamed(const Instance& instance, const config::v1::Config& config,
                     const std::string& name) {
  Replica replica;
  replica.name = name;
  replica.role = RoleOf(name);
  replica.telemetry = "unix:" + instance.Socket(name + ".telemetry");
  replica.address = AddressOf(instance, config, replica);
  return replica;
}

std::vector<Replica> ReplicasOfRole(const Instance& instance, const config::v1::Config& config,
                                    const std::string& role) {
  std::vector<Replica> replicas;
  for (int i = 1; i <= ReplicasOf(config, role); ++i) {
    replicas.push_back(ReplicaNamed(instance, config, absl::StrCat(role, "-", i)));
  }
  return replicas;
}

std::vector<Replica> AllReplicas(const Instance& instance, const config::v1::Config& config) {
  std::vector<Replica> all;
  for (const std::string& role : Roles()) {
    for (Replica& replica : ReplicasOfRole(instance, config, role))
      all.push_back(std::move(replica));
  }
  return all;
}

supervisor::v1::ServiceSpec SpecOf(const Instance& instance, const config::v1::Config& config,
                                   const Replica& replica) {
  supervisor::v1::ServiceSpec spec;
  spec.set_name(replica.name);
  spec.set_directory(instance.data());
  spec.set_stop_timeout_ms(20'000);
  std::vector<std::string> argv = {BinaryOf(replica.role), "--config", instance.config_file(),
                                   "--set", "telemetry.listen=" + replica.telemetry};
  if (replica.role != kGateway) {
    argv.insert(argv.end(), {"--set", replica.role + ".listen=" + replica.address});
  }
  for (const std::string& role : Roles()) {
    if (role != kGateway)
      argv.insert(argv.end(), {"--set", BackendOverride(instance, config, role)});
  }
  for (const std::string& argument : argv) spec.add_argv(argument);
  spec.add_environment("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  spec.add_environment("GRPC_VERBOSITY=NONE");  // our own logs say what happened
  spec.set_fingerprint(absl::StrJoin({Fingerprint(BinaryOf(replica.role)),
                                      Fingerprint(BinaryDir() + "/../proto/libtstack_proto.so"),
                                      Fingerprint(instance.config_file()),
                                      Fingerprint(instance.Path("tls/" + replica.role + ".pem"))},
                                     " "));
  return spec;
}

std::string RoleOf(const std::string& name) {
  std::string role = name;
  const size_t dash = role.rfind('-');
  if (dash != std::string::npos && dash + 1 < role.size() &&
      isdigit(static_cast<unsigned char>(role[dash + 1]))) {
    role.resize(dash);
  }
  if (role == "gateway") role = kGateway;
  for (const std::string& known : Roles()) {
    if (known == role) return role;
  }
  return "";
}

}  // namespace tstack::cli
