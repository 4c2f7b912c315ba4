// The life of a service process: command line, configuration, logs, /metrics, signals, start and
// stop.
//
//   int main(int argc, char** argv) {
//     return tstack::telemetry::RunProcess("identity", argc, argv, tstack::identity::Run);
//   }
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "common/metrics/metrics.h"
#include "common/status/status.h"
#include "common/trace/trace.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::telemetry {

// What every process offers to its parts. Lives until Run has returned.
class Process {
 public:
  virtual ~Process() = default;
  virtual metrics::Registry& metrics() = 0;
  virtual trace::Tracer& tracer() = 0;
  // /readyz answers 200 after this, 503 before it, while stopping, and while a readiness check
  // fails.
  virtual void SetReady() = 0;
  // Asked by /readyz between SetReady() and the return of WaitForStop(); must be quick. `name`
  // appears in the answer.
  virtual void AddReadinessCheck(std::string name, std::function<Status()> check) = 0;
  // Set by SIGTERM or SIGINT.
  virtual std::stop_token stop() const = 0;
  // Blocks until that happens.
  virtual void WaitForStop() = 0;
};

using RunFunction = std::function<Status(const config::v1::Config&, Process&)>;

// The whole main(): parses --config/--set/--help/--version, loads the configuration for `role`,
// sets up logs and telemetry, blocks signals in all threads, calls `run` and turns its status into
// the exit code (0, or 1 with one ERROR line; 2 for wrong usage).
int RunProcess(const std::string& role, int argc, char** argv, const RunFunction& run);

}  // namespace tstack::telemetry
