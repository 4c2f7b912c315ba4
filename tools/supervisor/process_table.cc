#include "tools/supervisor/process_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tstack::supervisor {
namespace {

std::string ReadProc(pid_t pid, const char* name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Fields of /proc/PID/stat from the third on ("state" is [0]): the name before them may contain
// anything.
std::vector<std::string> StatFields(pid_t pid) {
  const std::string stat = ReadProc(pid, "stat");
  const size_t end = stat.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream rest(stat.substr(end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

constexpr size_t kState = 0, kUserTime = 11, kSystemTime = 12, kStartTime = 19;

}  // namespace

std::optional<ProcessId> FindProcess(pid_t pid) {
  const auto fields = StatFields(pid);
  if (fields.size() <= kStartTime || fields[kState] == "Z" || fields[kState] == "X") {
    return std::nullopt;
  }
  return ProcessId{pid, std::stoull(fields[kStartTime])};
}

bool IsAlive(const ProcessId& id) {
  const auto found = FindProcess(id.pid);
  return found && found->start_time == id.start_time;
}

std::vector<pid_t> ChildrenOf(pid_t pid) {
  std::vector<pid_t> children;
  std::error_code error;
  const auto threads = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& thread : std::filesystem::directory_iterator(threads, error)) {
    std::ifstream file(thread.path() / "children");
    for (pid_t child; file >> child;) children.push_back(child);
  }
  return children;
}

std::vector<pid_t> TreeOf(pid_t pid) {
  std::vector<pid_t> tree = {pid};
  for (size_t i = 0; i < tree.size(); ++i) {
    for (pid_t child : ChildrenOf(tree[i])) tree.push_back(child);
  }
  return tree;
}

int64_t PssOf(pid_t pid) {
  std::istringstream rollup(ReadProc(pid, "smaps_rollup"));
  for (std::string line; std::getline(rollup, line);) {
    if (line.rfind("Pss:", 0) == 0) return std::stoll(line.substr(4)) * 1024;
  }
  return 0;
}

double CpuSecondsOf(pid_t pid) {
  const auto fields = StatFields(pid);
  if (fields.size() <= kSystemTime) return 0;
  const double ticks = std::stod(fields[kUserTime]) + std::stod(fields[kSystemTime]);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

Status WritePidFile(const std::string& path, const ProcessId& id) {
  const std::string next = path + ".new";
  const std::string text = std::to_string(id.pid) + " " + std::to_string(id.start_time) + "\n";
  const int fd = open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) close(fd);
  if (written && rename(next.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return Error(StatusCode::kUnavailable, "FILE_UNWRITABLE", "cannot write " + path);
}

std::optional<ProcessId> ReadPidFile(const std::string& path) {
  std::ifstream file(path);
  ProcessId id;
  if (!(file >> id.pid >> id.start_time) || !IsAlive(id)) return std::nullopt;
  return id;
}

}  // namespace tstack::supervisor
