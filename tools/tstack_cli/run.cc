#include "tools/tstack_cli/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/time/clock.h"

namespace tstack::cli {
namespace {

constexpr int kCannotStart = 127;

[[noreturn]] void Become(const Command& command, std::vector<char*>& argv, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  if (command.merge_errors) dup2(output, STDERR_FILENO);
  for (const std::string& setting : command.environment) {
    if (setting.find('=') == std::string::npos) {
      unsetenv(setting.c_str());
    } else {
      putenv(const_cast<char*>(setting.c_str()));
    }
  }
  if (command.directory.empty() || chdir(command.directory.c_str()) == 0)
    execvp(argv[0], argv.data());
  dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
  _exit(kCannotStart);
}

std::string_view LastLine(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  const size_t newline = text.rfind('\n');
  return newline == text.npos ? text : text.substr(newline + 1);
}

// Reads until the program closes its output; false if it took too long.
bool Collect(const Command& command, int fd, std::string& text) {
  const absl::Duration end = RealClock().Steady() + command.timeout;
  char buffer[65536];
  while (RealClock().Steady() < end) {
    pollfd watched = {fd, POLLIN, 0};
    if (poll(&watched, 1, 100) > 0) {
      const ssize_t n = read(fd, buffer, sizeof(buffer));
      if (n <= 0) return true;
      text.append(buffer, n);
    }
    if (command.on_wait) command.on_wait(LastLine(text));
  }
  return false;
}

}  // namespace

StatusOr<Output> Run(const Command& command) {
  std::vector<char*> argv;
  for (const std::string& argument : command.argv)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return Error(StatusCode::kResourceExhausted, "NO_PIPE", strerror(errno));
  const pid_t pid = fork();
  if (pid == 0) Become(command, argv, ends[1]);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return Error(StatusCode::kResourceExhausted, "NO_PROCESS", strerror(errno));
  }
  Output output;
  const bool ended = Collect(command, ends[0], output.text);
  close(ends[0]);
  if (!ended) kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  output.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  if (!ended) {
    return Error(StatusCode::kDeadlineExceeded, "COMMAND_TIMEOUT",
                 command.argv[0] + " did not end in time:\n" + output.text);
  }
  if (output.exit_code == kCannotStart)
    return Error(StatusCode::kNotFound, "NO_COMMAND", output.text);
  return output;
}

StatusOr<std::string> RunOk(const Command& command) {
  ASSIGN_OR_RETURN(Output output, Run(command));
  if (output.exit_code == 0) return std::move(output.text);
  constexpr size_t kShown = 4000;
  if (output.text.size() > kShown) output.text.erase(0, output.text.size() - kShown);
  return Error(StatusCode::kInternal, "COMMAND_FAILED",
               absl::StrCat(absl::StrJoin(command.argv, " "), " ended with exit code ",
                            output.exit_code, ":\n", output.text));
}

}  // namespace tstack::cli
