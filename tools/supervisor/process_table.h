// What the kernel tells of processes (/proc). All reads may find the process gone.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/status/status.h"

namespace tstack::supervisor {

// A process beyond the reuse of its number: the same pid with another start time is somebody else.
struct ProcessId {
  pid_t pid = 0;
  uint64_t start_time = 0;  // clock ticks since boot
};

// nullopt if there is no such process, or only its remains (a zombie).
std::optional<ProcessId> FindProcess(pid_t pid);
bool IsAlive(const ProcessId& id);
// Direct children.
std::vector<pid_t> ChildrenOf(pid_t pid);
// `pid` and all below it.
std::vector<pid_t> TreeOf(pid_t pid);

// Proportional set size, bytes; 0 if unknown.
int64_t PssOf(pid_t pid);
// User and system time used so far, seconds.
double CpuSecondsOf(pid_t pid);

// "PID START_TIME\n", written atomically with mode 0600.
Status WritePidFile(const std::string& path, const ProcessId& id);
// nullopt if the file is missing, unreadable or names a process that is gone.
std::optional<ProcessId> ReadPidFile(const std::string& path);

}  // namespace tstack::supervisor
