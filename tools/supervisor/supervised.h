// One supervised process as the supervisor handles it: its state machine, its pipe and its files.
#pragma once

#include <string>

#include "common/time/clock.h"
#include "tools/supervisor/log_file.h"
#include "tools/supervisor/service.h"

namespace tstack::supervisor {

// Not thread-safe.
class Supervised {
 public:
  // `pid_file` exists while the process runs.
  Supervised(v1::ServiceSpec spec, const std::string& log_path, std::string pid_file,
             const Clock& clock)
      : service(std::move(spec)), log_(log_path), pid_file_(std::move(pid_file)), clock_(clock) {}
  ~Supervised() { CloseOutput(); }
  Supervised(const Supervised&) = delete;
  Supervised& operator=(const Supervised&) = delete;

  const std::string& name() const { return service.spec().name(); }
  // Its standard output and error to poll; -1 if there is none.
  int output() const { return output_; }

  void Act(Service::Action action);
  // Moves what it has written into its log.
  void ReadOutput();
  // It was waited for.
  void OnEnded(int wait_status);

  Service service;

 private:
  void Start();
  void CloseOutput();

  LogFile log_;
  const std::string pid_file_;
  const Clock& clock_;
  int output_ = -1;
};

}  // namespace tstack::supervisor
