// Starts one process so that it cannot outlive the supervisor.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/status/status.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::supervisor {

struct Child {
  pid_t pid = 0;
  int output = -1;  // read end of its stdout and stderr, non-blocking; the caller closes it
};

// The child leads its own process group, gets SIGKILL when this thread ends, has no signal blocked
// and no open file but its three standard ones. Call from the main thread of a process with one
// thread.
StatusOr<Child> StartChild(const v1::ServiceSpec& spec);

// "exit code 1" or "signal 9" of a wait status.
std::string DescribeEnd(int wait_status);

}  // namespace tstack::supervisor
