#include "tools/supervisor/launch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "common/time/clock.h"

namespace tstack::supervisor {
namespace {

// The grandchild: belongs to nobody's session and becomes the daemon.
[[noreturn]] void BecomeDaemon(char** argv, const char* log_file) {
  setsid();
  if (fork() != 0) _exit(0);
  const int input = open("/dev/null", O_RDONLY);
  const int output = open(log_file, O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  for (int fd = 3; fd < 256; ++fd) close(fd);
  umask(077);
  if (chdir("/") == 0) execv(argv[0], argv);
  _exit(127);
}

}  // namespace

Status StartDaemon(const std::vector<std::string>& argv, const std::string& log_file) {
  std::vector<char*> pointers;
  for (const std::string& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) BecomeDaemon(pointers.data(), log_file.c_str());
  if (pid < 0) return Error(StatusCode::kResourceExhausted, "NO_PROCESS", strerror(errno));
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return absl::OkStatus();
}

int KillRemains(const std::string& pids_dir) {
  int killed = 0;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(pids_dir, error)) {
    if (const auto id = ReadPidFile(file.path())) {
      for (pid_t pid : TreeOf(id->pid)) killed += kill(pid, SIGKILL) == 0 ? 1 : 0;
      WaitForEnd(*id, absl::Seconds(5));
    }
    std::filesystem::remove(file.path(), error);
  }
  return killed;
}

bool WaitForEnd(const ProcessId& id, absl::Duration timeout) {
  const absl::Duration start = RealClock().Steady();
  while (IsAlive(id)) {
    if (RealClock().Steady() - start > timeout) return false;
    RealSleeper().Sleep(absl::Milliseconds(20));
  }
  return true;
}

}  // namespace tstack::supervisor
