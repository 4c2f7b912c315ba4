#include "tools/tstack_cli/rabbitmq.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "tools/tstack_cli/files.h"

namespace tstack::cli {
namespace {

constexpr char kServer[] =
    "/usr/lib/rabbitmq/bin/rabbitmq-server";  // not the wrapper, which changes user

std::string Folder(const Instance& instance) { return instance.Path("rabbitmq"); }
std::string OptionFile(const Instance& instance) { return Folder(instance) + "/rabbitmq.conf"; }

std::string OptionText(const Ports& ports, const std::string& password) {
  return absl::Substitute(R"(# Written by `tstack up`.
listeners.tcp.1 = 127.0.0.1:$0
default_user = tstack
default_pass = $1
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 100MB
log.file = false
log.console = true
log.console.level = warning
queue_master_locator = min-masters
)",
                          ports.amqp(), password);
}

}  // namespace

Status PrepareRabbitMq(const Instance& instance, const Ports& ports) {
  const std::string folder = Folder(instance);
  for (const char* name : {"", "/home", "/mnesia"}) RETURN_IF_ERROR(EnsureDirectory(folder + name));
  RETURN_IF_ERROR(EnsureSecret(folder + "/home/.erlang.cookie").status());
  ASSIGN_OR_RETURN(const std::string password, EnsureSecret(instance.secret("rabbitmq.password")));
  RETURN_IF_ERROR(WriteFile(folder + "/enabled_plugins", "[].\n"));
  return WriteFile(OptionFile(instance), OptionText(ports, password));
}

supervisor::v1::ServiceSpec EpmdSpec(const Instance& instance, const Ports& ports) {
  supervisor::v1::ServiceSpec spec;
  spec.set_name(kEpmd);
  for (const std::string& argument :
       {std::string("/usr/bin/epmd"), std::string("-address"), std::string("127.0.0.1"),
        std::string("-port"), absl::StrCat(ports.epmd())}) {
    spec.add_argv(argument);
  }
  spec.set_directory(Folder(instance));
  return spec;
}

supervisor::v1::ServiceSpec RabbitMqSpec(const Instance& instance, const Ports& ports) {
  const std::string folder = Folder(instance);
  supervisor::v1::ServiceSpec spec;
  spec.set_name(kRabbitMq);
  spec.add_argv(kServer);
  spec.set_directory(folder);
  spec.set_stop_timeout_ms(30'000);
  for (const std::string& setting : {
           std::string("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
           std::string("LANG=C.UTF-8"),
           // Makes the start script become the node instead of watching it: signals reach it, and
           // it cannot be orphaned.
           std::string("RUNNING_UNDER_SYSTEMD=true"),
           "HOME=" + folder + "/home",
           absl::StrCat("ERL_EPMD_PORT=", ports.epmd()),
           std::string("ERL_EPMD_ADDRESS=127.0.0.1"),
           absl::StrCat("RABBITMQ_NODENAME=", instance.id(), "@localhost"),
           absl::StrCat("RABBITMQ_NODE_PORT=", ports.amqp()),
           std::string("RABBITMQ_NODE_IP_ADDRESS=127.0.0.1"),
           absl::StrCat("RABBITMQ_DIST_PORT=", ports.erlang()),
           "RABBITMQ_MNESIA_BASE=" + folder + "/mnesia",
           "RABBITMQ_LOG_BASE=" + folder,
           std::string("RABBITMQ_LOGS=-"),
           "RABBITMQ_PID_FILE=" + folder + "/pid",
           "RABBITMQ_CONFIG_FILE=" + folder + "/rabbitmq",
           "RABBITMQ_ENABLED_PLUGINS_FILE=" + folder + "/enabled_plugins",
           std::string("RABBITMQ_CONF_ENV_FILE=/dev/null"),
           std::string("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface "
                       "{127,0,0,1} -start_epmd false "
                       "+S 2:2 +sbwt none"),
       }) {
    spec.add_environment(setting);
  }
  const auto options = ReadFile(OptionFile(instance));
  spec.set_fingerprint(absl::StrCat(absl::Hex(HashOf(options.ok() ? *options : ""))));
  return spec;
}

}  // namespace tstack::cli
