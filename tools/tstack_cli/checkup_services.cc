#include <algorithm>

#include "absl/strings/str_cat.h"

#include "tools/tstack_cli/checkup.h"
#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/mariadb.h"
#include "tools/tstack_cli/prepare.h"
#include "tools/tstack_cli/probe.h"
#include "tools/tstack_cli/rabbitmq.h"
#include "tools/tstack_cli/schema.h"
#include "tools/tstack_cli/services.h"
#include "tools/tstack_cli/supervision.h"

namespace tstack::cli {
namespace {

using supervisor::v1::ServiceStatus;

Finding Judge(const Instance& instance, const ServiceStatus& status) {
  const std::string& name = status.name();
  if (status.crash_loop()) {
    return {Verdict::kFail, name, absl::StrCat("keeps ending: ", status.last_end()),
            absl::StrCat("read ", instance.log(name))};
  }
  if (status.state() != ServiceStatus::RUNNING)
    return {Verdict::kFail, name, "does not run", "tstack up"};
  if (status.restarts() > 0) {
    return {Verdict::kWarn, name,
            absl::StrCat("has ended ", status.restarts(), " times, last by ", status.last_end()),
            absl::StrCat("read ", instance.log(name))};
  }
  return {Verdict::kOk, name, "runs", ""};
}

Finding JudgeReadiness(const Replica& replica) {
  const Status ready = CheckReady(replica.telemetry);
  if (ready.ok()) return {Verdict::kOk, replica.name, "ready", ""};
  return {Verdict::kFail, replica.name, "not ready: " + std::string(ready.message()),
          "it tells more in `tstack logs " + replica.name + "`"};
}

}  // namespace

Findings CheckProcesses(const Instance& instance, const config::v1::Config& config) {
  const auto reply = AskStatus(instance);
  if (!reply.ok()) return {{Verdict::kFail, "supervisor", "does not run", "tstack up"}};
  Findings findings = {
      {Verdict::kOk, "supervisor", absl::StrCat("runs, pid ", reply->supervisor_pid()), ""}};
  for (const ServiceStatus& status : reply->services()) findings.push_back(Judge(instance, status));
  for (const Replica& replica : AllReplicas(instance, config))
    findings.push_back(JudgeReadiness(replica));
  const Status broker = CheckAmqp(PortsOf(config).amqp());
  if (!broker.ok())
    findings.push_back(
        {Verdict::kFail, kRabbitMq, std::string(broker.message()), "tstack restart rabbitmq"});
  return findings;
}

Findings CheckDatabase(const Instance& instance, const config::v1::Config& config) {
  const Status health = CheckMariaDb(instance);
  if (!health.ok())
    return {{Verdict::kFail, kMariaDb, std::string(health.message()),
             "read " + instance.log(kMariaDb)}};
  Findings findings = {{Verdict::kOk, kMariaDb, "synced, in the primary component", ""}};
  const auto pending = PendingMigrations(MariaDbRoot(instance), config);
  if (!pending.ok()) {
    findings.push_back(
        {Verdict::kFail, "migrations", std::string(pending.status().message()), "tstack migrate"});
  } else if (!pending->empty()) {
    findings.push_back({Verdict::kFail, "migrations", absl::StrCat(pending->size(), " are pending"),
                        "tstack migrate"});
  } else {
    findings.push_back({Verdict::kOk, "migrations", "all applied", ""});
  }
  return findings;
}

}  // namespace tstack::cli
