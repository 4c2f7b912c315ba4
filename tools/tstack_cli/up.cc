#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/mariadb.h"
#include "tools/tstack_cli/prepare.h"
#include "tools/tstack_cli/probe.h"
#include "tools/tstack_cli/rabbitmq.h"
#include "tools/tstack_cli/rollout.h"
#include "tools/tstack_cli/run.h"
#include "tools/tstack_cli/schema.h"
#include "tools/tstack_cli/services.h"
#include "tools/tstack_cli/supervision.h"

namespace tstack::cli {
namespace {

// From nothing to a cloud that answers. Every step is repeatable and skips what is done.
class Cloud {
 public:
  Cloud(const UpOptions& options, const Instance& instance, Progress& progress)
      : options_(options), instance_(instance), progress_(progress) {}

  Status Bring() {
    RETURN_IF_ERROR(Prepare());
    RETURN_IF_ERROR(EnsureSupervisor(instance_, progress_));
    RETURN_IF_ERROR(StartBroker());  // the slowest: it starts while everything else does
    RETURN_IF_ERROR(StartDatabase());
    if (!options_.backing_only) RETURN_IF_ERROR(StartServices());
    RETURN_IF_ERROR(WaitUntilReady(instance_, kRabbitMq, kStartPatience, progress_,
                                   [this] { return CheckAmqp(PortsOf(config_).amqp()); }));
    return options_.backing_only ? absl::OkStatus() : ShowToken();
  }

  // Only this role: for the quick round of edit, build, restart.
  Status Replace(const std::string& role) {
    ASSIGN_OR_RETURN(config_, LoadConfig(instance_));
    if (!IsSupervisorRunning(instance_)) {
      return Error(StatusCode::kFailedPrecondition, "NOT_RUNNING",
                   "nothing runs here yet: tstack up");
    }
    return StartRole(instance_, config_, role, progress_);
  }

 private:
  Status Prepare() {
    const bool is_new = !instance_.exists();
    RETURN_IF_ERROR(PrepareFolder(instance_, {options_.port_base, options_.replicas}));
    ASSIGN_OR_RETURN(config_, LoadConfig(instance_));
    for (const auto& [role, count] : options_.replicas)
      (*config_.mutable_supervisor()->mutable_replicas())[role] = count;
    if (!is_new && options_.port_base_given &&
        options_.port_base != config_.supervisor().port_base()) {
      return Error(StatusCode::kFailedPrecondition, "PORT_BASE_FIXED",
                   absl::StrCat("this installation was made with --port-base ",
                                config_.supervisor().port_base(), "; its ports are in ",
                                instance_.config_file()));
    }
    const Ports ports = PortsOf(config_);
    RETURN_IF_ERROR(CheckPorts(ports));
    RETURN_IF_ERROR(PrepareRabbitMq(instance_, ports));
    RETURN_IF_ERROR(WriteClientFiles(instance_, config_));
    return absl::OkStatus();
  }

  Status CheckPorts(const Ports& ports) {
    if (IsSupervisorRunning(instance_)) return absl::OkStatus();
    for (const int port : {ports.gateway(), ports.mariadb(), ports.galera(), ports.amqp(),
                           ports.erlang(), ports.epmd()}) {
      if (!IsPortTaken(port)) continue;
      return Error(
          StatusCode::kFailedPrecondition, "PORT_TAKEN",
          absl::StrCat("port ", port, " is in use by another program; choose another --port-base"));
    }
    return absl::OkStatus();
  }

  Status StartBroker() {
    const Ports ports = PortsOf(config_);
    RETURN_IF_ERROR(EnsureProcess(instance_, EpmdSpec(instance_, ports)));
    return EnsureProcess(instance_, RabbitMqSpec(instance_, ports));
  }

  Status StartDatabase() {
    RETURN_IF_ERROR(PrepareMariaDb(instance_, PortsOf(config_),
                                   config_.supervisor().mariadb_buffer_pool(), progress_));
    RETURN_IF_ERROR(EnsureProcess(instance_, MariaDbSpec(instance_)));
    RETURN_IF_ERROR(WaitUntilReady(instance_, kMariaDb, kStartPatience, progress_,
                                   [this] { return CheckMariaDb(instance_); }));
    return options_.backing_only ? absl::OkStatus()
                                 : MigrateAll(MariaDbRoot(instance_), config_, progress_);
  }

  Status StartServices() {
    RETURN_IF_ERROR(Bootstrap());
    for (const std::string& role : Roles())
      RETURN_IF_ERROR(StartRole(instance_, config_, role, progress_));
    return absl::OkStatus();
  }

  // Creates the administrator and the catalog; repeating it changes nothing.
  Status Bootstrap() {
    progress_.Begin("bootstrap identity");
    Command command;
    command.argv = {BinaryOf("identity"), "--config", instance_.config_file(), "--bootstrap"};
    command.on_wait = [this](std::string_view) { progress_.Tick(); };
    RETURN_IF_ERROR(RunOk(command).status());
    progress_.Done();
    return absl::OkStatus();
  }

  Status ShowToken() {
    progress_.Begin("openstack token issue");
    Command command;
    command.argv = {"/usr/bin/openstack", "token", "issue"};
    command.environment = {"OS_CLIENT_CONFIG_FILE=" + instance_.Path("clouds.yaml"),
                           "OS_CLOUD=tstack",
                           "OS_AUTH_URL",
                           "OS_USERNAME",
                           "OS_PASSWORD",
                           "OS_PROJECT_NAME",
                           "OS_TOKEN",
                           "OS_CACERT",
                           "OS_SYSTEM_SCOPE",
                           "no_proxy=127.0.0.1,localhost"};
    command.on_wait = [this](std::string_view) { progress_.Tick(); };
    ASSIGN_OR_RETURN(const std::string token, RunOk(command));
    progress_.Done();
    std::cout << token;
    return absl::OkStatus();
  }

  const UpOptions& options_;
  const Instance& instance_;
  Progress& progress_;
  config::v1::Config config_;
};

Status RestartBacking(const Instance& instance, const config::v1::Config& config,
                      const std::string& name, Progress& progress) {
  RETURN_IF_ERROR(RestartProcess(instance, name));
  return WaitUntilReady(instance, name, kStartPatience, progress, [&]() -> Status {
    if (name == kMariaDb) return CheckMariaDb(instance);
    if (name == kRabbitMq) return CheckAmqp(PortsOf(config).amqp());
    return absl::OkStatus();
  });
}

// Whether "identity" or "identity-2" means this process.
bool IsMeant(const Replica& replica, const std::string& name) {
  return replica.name == name || replica.role == name ||
         (name == "gateway" && replica.role == RoleOf(name));
}

}  // namespace

Status Up(const UpOptions& options) {
  const Instance instance(options.data);
  Progress progress(std::cout);
  ASSIGN_OR_RETURN(const CommandLock lock, CommandLock::Take(instance, progress));
  Cloud cloud(options, instance, progress);
  if (!options.only.empty()) {
    const std::string role = RoleOf(options.only);
    if (role.empty())
      return Error(StatusCode::kInvalidArgument, "UNKNOWN_SERVICE", "no service " + options.only);
    return cloud.Replace(role);
  }
  RETURN_IF_ERROR(cloud.Bring());
  ASSIGN_OR_RETURN(const config::v1::Config config, LoadConfig(instance));
  progress.Say(
      absl::StrCat("up after ", Short(progress.elapsed()), ": ", config.gateway().public_url()));
  progress.Say(
      absl::StrCat("  source ", instance.Path("openrc"), "   # then: openstack project list"));
  return absl::OkStatus();
}

Status RestartService(const std::string& data, const std::string& name) {
  const Instance instance(data);
  Progress progress(std::cout);
  ASSIGN_OR_RETURN(const CommandLock lock, CommandLock::Take(instance, progress));
  ASSIGN_OR_RETURN(const config::v1::Config config, LoadConfig(instance));
  bool found = false;
  for (const Replica& replica : AllReplicas(instance, config)) {
    if (!IsMeant(replica, name)) continue;
    found = true;
    RETURN_IF_ERROR(RestartReplica(instance, config, replica, progress));
  }
  return found ? absl::OkStatus() : RestartBacking(instance, config, name, progress);
}

}  // namespace tstack::cli
