#include "tools/tstack_cli/rollout.h"

#include "absl/strings/numbers.h"

#include "tools/tstack_cli/probe.h"
#include "tools/tstack_cli/supervision.h"

namespace tstack::cli {
namespace {

bool IsRunning(const supervisor::v1::Reply& reply, const std::string& name) {
  for (const auto& status : reply.services()) {
    if (status.name() == name) return status.state() == supervisor::v1::ServiceStatus::RUNNING;
  }
  return false;
}

// A process that is about to be replaced still answers: it counts only when the supervisor calls it
// running.
Status WaitFor(const Instance& instance, const Replica& replica, Progress& progress) {
  return WaitUntilReady(instance, replica.name, kStartPatience, progress, [&]() -> Status {
    ASSIGN_OR_RETURN(const auto reply, AskStatus(instance));
    if (!IsRunning(reply, replica.name))
      return Error(StatusCode::kUnavailable, "STARTING", "not started yet");
    return CheckReady(replica.telemetry);
  });
}

Status StopSurplus(const Instance& instance, const std::string& role, int wanted,
                   Progress& progress) {
  ASSIGN_OR_RETURN(const auto reply, AskStatus(instance));
  for (const auto& status : reply.services()) {
    int number = 0;
    if (RoleOf(status.name()) != role ||
        !absl::SimpleAtoi(status.name().substr(role.size() + 1), &number))
      continue;
    if (number > wanted) RETURN_IF_ERROR(StopProcess(instance, status.name(), progress));
  }
  return absl::OkStatus();
}

}  // namespace

Status StartRole(const Instance& instance, const config::v1::Config& config,
                 const std::string& role, Progress& progress) {
  const auto replicas = ReplicasOfRole(instance, config, role);
  RETURN_IF_ERROR(StopSurplus(instance, role, static_cast<int>(replicas.size()), progress));
  ASSIGN_OR_RETURN(const auto before, AskStatus(instance));
  for (const Replica& replica : replicas) {
    RETURN_IF_ERROR(EnsureProcess(instance, SpecOf(instance, config, replica)));
    if (IsRunning(before, replica.name)) RETURN_IF_ERROR(WaitFor(instance, replica, progress));
  }
  for (const Replica& replica : replicas) {
    if (!IsRunning(before, replica.name)) RETURN_IF_ERROR(WaitFor(instance, replica, progress));
  }
  return absl::OkStatus();
}

Status RestartReplica(const Instance& instance, const config::v1::Config& config,
                      const Replica& replica, Progress& progress) {
  RETURN_IF_ERROR(EnsureProcess(instance, SpecOf(instance, config, replica)));
  RETURN_IF_ERROR(RestartProcess(instance, replica.name));
  return WaitFor(instance, replica, progress);
}

}  // namespace tstack::cli
