#include "common/telemetry/process.h"

#include <signal.h>

#include <cstdio>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

#include "common/config/command_line.h"
#include "common/config/config.h"
#include "common/ids/ids.h"
#include "common/log/log.h"
#include "common/telemetry/endpoint.h"
#include "common/telemetry/signals.h"
#include "common/time/clock.h"

namespace tstack::telemetry {
namespace {

constexpr int kWrongUsage = 2;

class RunningProcess final : public Process {
 public:
  explicit RunningProcess(const config::v1::Telemetry& telemetry)
      : tracer_({.sample_one_in = static_cast<uint32_t>(telemetry.trace_one_in()), .names = {}},
                RealIds(), RealClock(), metrics_) {
    metrics_.AddGauge("tstack_process_start_time_seconds", "Start, in seconds since 1970.")
        .Set(absl::ToDoubleSeconds(RealClock().Now() - absl::UnixEpoch()));
  }

  Status StartEndpoint(const std::string& address) {
    if (address.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(endpoint_, telemetry::StartEndpoint(address, metrics_, readiness_));
    log::Info("telemetry_listening", {{"address", endpoint_->addresses().front()}});
    return absl::OkStatus();
  }

  metrics::Registry& metrics() override { return metrics_; }
  trace::Tracer& tracer() override { return tracer_; }
  void SetReady() override {
    readiness_.SetReady();
    log::Info("process_ready");
  }
  void AddReadinessCheck(std::string name, std::function<Status()> check) override {
    readiness_.Add(std::move(name), std::move(check));
  }
  std::stop_token stop() const override { return signals_.token(); }
  void WaitForStop() override {
    signals_.Wait();
    readiness_.Stop();
  }

 private:
  StopSignals signals_;  // first: all threads inherit its mask
  metrics::Registry metrics_;
  trace::Tracer tracer_;
  Readiness readiness_;
  std::unique_ptr<http::Server> endpoint_;
};

// Exit code if there is nothing to run; prints what the command line asked for.
std::optional<int> AnswerCommandLine(const std::string& binary,
                                     const StatusOr<config::CommandLine>& line) {
  if (!line.ok()) {
    const std::string message(line.status().message());
    fprintf(stderr, "%s: %s\n\n%s", binary.c_str(), message.c_str(), config::Usage(binary).c_str());
    return kWrongUsage;
  }
  if (line->help) {
    fputs(config::Usage(binary).c_str(), stdout);
    return 0;
  }
  if (line->version) {
    printf("%s %s\n", binary.c_str(), TSTACK_VERSION);
    return 0;
  }
  return std::nullopt;
}

Status LoadAndRun(const std::string& role, const config::CommandLine& line,
                  const RunFunction& run) {
  ASSIGN_OR_RETURN(const auto config, config::Load(line.config_file, line.overrides, role));
  ASSIGN_OR_RETURN(const log::Level level, log::ParseLevel(config.telemetry().log_level()));
  log::SetLevel(level);
  RunningProcess process(config.telemetry());
  RETURN_IF_ERROR(process.StartEndpoint(config.telemetry().listen()));
  log::Info("process_started", {{"version", TSTACK_VERSION}, {"host", config.host()}});
  return run(config, process);
}

// Debian builds Abseil with its search for lock cycles switched on: 7 % of a call's time. Debug and
// sanitizer builds keep it.
void QuickenLocks() {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
}

}  // namespace

int RunProcess(const std::string& role, int argc, char** argv, const RunFunction& run) {
  const std::string binary = "tstack-" + role;
  const auto line = config::ParseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (auto code = AnswerCommandLine(binary, line)) return *code;
  log::SetService(role);
  QuickenLocks();
  signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of write()
  const Status status = LoadAndRun(role, *line, run);
  if (!status.ok()) {
    log::Error("process_failed", {{"error", status}});
    return 1;
  }
  log::Info("process_ended");
  return 0;
}

}  // namespace tstack::telemetry
