// The supervisor's own life: started detached, found again, and cleaned up after if it was killed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status.h"
#include "tools/supervisor/process_table.h"

namespace tstack::supervisor {

// Runs `argv` as a daemon: own session, no terminal, output appended to `log_file`. Does not wait
// for it.
Status StartDaemon(const std::vector<std::string>& argv, const std::string& log_file);

// Kills what a killed supervisor may have left: every process named by a pid file in `pids_dir`,
// its descendants included. Processes that merely reuse a number are left alone. The files are
// removed. Returns the number killed.
int KillRemains(const std::string& pids_dir);

// Waits for the end of a process that need not be a child. False if it still runs.
bool WaitForEnd(const ProcessId& id, absl::Duration timeout);

}  // namespace tstack::supervisor
