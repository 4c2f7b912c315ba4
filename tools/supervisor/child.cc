#include "tools/supervisor/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace tstack::supervisor {
namespace {

std::vector<char*> Pointers(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Runs in the child: only async-signal-safe calls. Never returns.
[[noreturn]] void Become(const v1::ServiceSpec& spec, char** argv, char** environment, int output,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before the line above
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  syscall(SYS_close_range, 3, ~0U, 0);
  if (spec.directory().empty() || chdir(spec.directory().c_str()) == 0) {
    execve(argv[0], argv, environment);
  }
  const char* const reason = strerror(errno);
  const char kText[] = "cannot be started: ";
  if (write(STDERR_FILENO, kText, sizeof(kText) - 1) < 0 ||
      write(STDERR_FILENO, reason, strlen(reason)) < 0 || write(STDERR_FILENO, "\n", 1) < 0) {
    _exit(126);
  }
  _exit(127);
}

}  // namespace

StatusOr<Child> StartChild(const v1::ServiceSpec& spec) {
  if (spec.argv().empty()) {
    return Error(StatusCode::kInvalidArgument, "NO_COMMAND", spec.name() + " has no command");
  }
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
    return Error(StatusCode::kResourceExhausted, "NO_PIPE", strerror(errno));
  }
  std::vector<char*> argv = Pointers(spec.argv());
  std::vector<char*> environment = Pointers(spec.environment());
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) Become(spec, argv.data(), environment.data(), pipe_ends[1], parent);
  close(pipe_ends[1]);
  if (pid < 0) {
    close(pipe_ends[0]);
    return Error(StatusCode::kResourceExhausted, "NO_PROCESS", strerror(errno));
  }
  setpgid(pid, pid);  // also here: whichever comes first
  fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK);
  return Child{pid, pipe_ends[0]};
}

std::string DescribeEnd(int wait_status) {
  if (WIFSIGNALED(wait_status)) return "signal " + std::to_string(WTERMSIG(wait_status));
  return "exit code " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace tstack::supervisor
