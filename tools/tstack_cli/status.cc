#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "tools/supervisor/process_table.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/mariadb.h"
#include "tools/tstack_cli/prepare.h"
#include "tools/tstack_cli/probe.h"
#include "tools/tstack_cli/rabbitmq.h"
#include "tools/tstack_cli/services.h"
#include "tools/tstack_cli/supervision.h"
#include "tools/tstack_cli/text_table.h"

namespace tstack::cli {
namespace {

using supervisor::v1::ServiceStatus;

// One line of the table.
struct ProcessView {
  ServiceStatus status;
  int64_t pss = 0;
  std::string ready;    // "ready", or why not
  std::string address;  // where it serves
};

std::string StateName(const ServiceStatus& status) {
  if (status.crash_loop()) return "crash loop";
  switch (status.state()) {
    case ServiceStatus::RUNNING:
      return "running";
    case ServiceStatus::STOPPING:
      return "stopping";
    case ServiceStatus::BACKOFF:
      return "restarting";
    default:
      return "stopped";
  }
}

int64_t PssOfTree(pid_t pid) {
  int64_t sum = 0;
  for (const pid_t each : supervisor::TreeOf(pid)) sum += supervisor::PssOf(each);
  return sum;
}

class Viewer {
 public:
  Viewer(const Instance& instance, const config::v1::Config& config)
      : instance_(instance), config_(config) {}

  ProcessView View(const ServiceStatus& status) const {
    ProcessView view;
    view.status = status;
    if (status.pid() == 0) {
      view.ready = status.last_end().empty() ? "-" : status.last_end();
      return view;
    }
    view.pss = PssOfTree(status.pid());
    const Status ready = Check(status.name(), view.address);
    view.ready = ready.ok() ? "ready" : std::string(ready.message());
    return view;
  }

 private:
  Status Check(const std::string& name, std::string& address) const {
    const Ports ports = PortsOf(config_);
    if (name == kMariaDb) {
      address = absl::StrCat("127.0.0.1:", ports.mariadb());
      return CheckMariaDb(instance_);
    }
    if (name == kRabbitMq) {
      address = absl::StrCat("127.0.0.1:", ports.amqp());
      return CheckAmqp(ports.amqp());
    }
    if (!RoleOf(name).empty()) {
      const Replica replica = ReplicaNamed(instance_, config_, name);
      address = replica.address;
      return CheckReady(replica.telemetry);
    }
    if (name == kEpmd) address = absl::StrCat("127.0.0.1:", ports.epmd());
    return absl::OkStatus();
  }

  const Instance& instance_;
  const config::v1::Config& config_;
};

std::string Uptime(const ServiceStatus& status) {
  if (status.pid() == 0) return "-";
  return Short(RealClock().Now() - absl::FromUnixMillis(status.started_at_unix_ms()));
}

void PrintTable(const std::vector<ProcessView>& views) {
  TextTable table({"PROCESS", "STATE", "PID", "UPTIME", "RESTARTS", "PSS", "READINESS", "ADDRESS"});
  int64_t ours = 0;
  for (const ProcessView& view : views) {
    const ServiceStatus& status = view.status;
    const bool is_service = !RoleOf(status.name()).empty();
    if (is_service) ours += view.pss;
    table.Add({status.name(), StateName(status),
               status.pid() == 0 ? "-" : absl::StrCat(status.pid()), Uptime(status),
               absl::StrCat(status.restarts()),
               absl::StrFormat("%.1f MB", static_cast<double>(view.pss) / 1e6), view.ready,
               view.address});
  }
  table.Print(std::cout);
  std::cout << absl::StrFormat("services without database and broker: %.1f MB PSS\n",
                               static_cast<double>(ours) / 1e6);
}

void PrintJson(const std::vector<ProcessView>& views) {
  std::cout << "{\"services\": [";
  const char* separator = "\n";
  for (const ProcessView& view : views) {
    std::cout
        << separator
        << absl::StrFormat(
               R"(  {"name": "%s", "role": "%s", "state": "%s", "pid": %d, "restarts": %d, "pss": %d, )"
               R"("ready": %s, "address": "%s"})",
               view.status.name(), RoleOf(view.status.name()), StateName(view.status),
               view.status.pid(), view.status.restarts(), view.pss,
               view.ready == "ready" ? "true" : "false", view.address);
    separator = ",\n";
  }
  std::cout << "\n]}\n";
}

}  // namespace

Status ShowStatus(const std::string& data, bool as_json) {
  const Instance instance(data);
  ASSIGN_OR_RETURN(const config::v1::Config config, LoadConfig(instance));
  const auto reply = AskStatus(instance);
  std::vector<ProcessView> views;
  const Viewer viewer(instance, config);
  if (reply.ok()) {
    for (const ServiceStatus& status : reply->services()) views.push_back(viewer.View(status));
  }
  if (as_json) {
    PrintJson(views);
    return absl::OkStatus();
  }
  std::cout << instance.id() << " in " << instance.data() << ", " << config.gateway().public_url()
            << "\n";
  if (!reply.ok()) {
    std::cout << "stopped; `tstack up` starts it\n";
    return absl::OkStatus();
  }
  PrintTable(views);
  return absl::OkStatus();
}

}  // namespace tstack::cli
