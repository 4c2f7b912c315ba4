// Keeps processes alive: one thread, one loop over their ends, their output and the control socket.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status.h"
#include "common/time/clock.h"
#include "tools/supervisor/control_server.h"
#include "tools/supervisor/supervised.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::supervisor {

struct SupervisorOptions {
  std::string socket;    // control socket
  std::string log_dir;   // "<name>.log" of every process
  std::string pid_file;  // this process, and
  std::string pids_dir;  // each child, for whoever cleans up after a killed supervisor
};

// Call Run() on the main thread of a process with one thread. It becomes the reaper of all its
// descendants: whatever they leave behind is killed at the end.
class Supervisor {
 public:
  explicit Supervisor(SupervisorOptions options, const Clock& clock = RealClock());
  ~Supervisor();

  // Until a shutdown request or SIGTERM; then everything is stopped, the last started first.
  Status Run();

 private:
  Status Open();
  void Loop();
  void Poll();
  int UntilNextWake() const;
  void OnSignal();
  void Reap();
  v1::Reply Answer(const v1::Request& request);
  Status Obey(const v1::Request& request);
  void Ensure(const v1::ServiceSpec& spec);
  void Advance();
  void ShutDownNext();
  void KillLeftovers();
  Supervised* Find(const std::string& name);
  Supervised* FindPid(pid_t pid);

  const SupervisorOptions options_;
  const Clock& clock_;
  std::vector<std::unique_ptr<Supervised>> entries_;  // in the order of first Ensure
  ControlServer control_;
  int signals_ = -1;
  bool shutting_down_ = false;
};

}  // namespace tstack::supervisor
