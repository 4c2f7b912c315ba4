#include "common/testing/process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "common/testing/environment.h"
#include "common/time/clock.h"

extern char** environ;

namespace tstack::testing {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> MergedEnvironment(const std::vector<std::string>& added) {
  std::vector<std::string> merged = added;
  for (char** entry = environ; *entry != nullptr; ++entry) merged.emplace_back(*entry);
  return merged;  // execvpe's child looks names up from the front: ours win
}

// Everything the child needs, made before fork: between fork and exec only async-signal-safe calls
// are allowed.
struct Prepared {
  std::vector<std::string> environment;
  std::vector<char*> argv;
  std::vector<char*> envp;
  const char* directory = nullptr;
  const char* log_file = "/dev/null";
  bool change_user = false;
  uid_t uid = 0;
  gid_t gid = 0;
};

StatusOr<Prepared> Prepare(const ProcessOptions& options) {
  Prepared prepared;
  prepared.environment = MergedEnvironment(options.environment);
  prepared.argv = Pointers(options.argv);
  prepared.envp = Pointers(prepared.environment);
  if (!options.directory.empty()) prepared.directory = options.directory.c_str();
  if (!options.log_file.empty()) prepared.log_file = options.log_file.c_str();
  if (!options.user.empty() && geteuid() == 0) {
    const passwd* entry = getpwnam(options.user.c_str());
    if (entry == nullptr)
      return Error(StatusCode::kNotFound, "NO_SUCH_USER", "no user " + options.user);
    prepared.change_user = true;
    prepared.uid = entry->pw_uid;
    prepared.gid = entry->pw_gid;
  }
  return prepared;
}

[[noreturn]] void ExecuteChild(const Prepared& prepared, pid_t parent) {
  setpgid(0, 0);
  if (prepared.change_user) {
    if (setgroups(0, nullptr) != 0 || setgid(prepared.gid) != 0 || setuid(prepared.uid) != 0)
      _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // after setuid, which clears it
  if (getppid() != parent) _exit(125);
  const int log = open(prepared.log_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(log, 1);
  dup2(log, 2);
  close_range(3, ~0U, 0);
  if (prepared.directory != nullptr && chdir(prepared.directory) != 0) _exit(124);
  execvpe(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
  _exit(127);
}

int ExitCode(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

StatusOr<Process> Process::Start(const ProcessOptions& options) {
  ASSIGN_OR_RETURN(const Prepared prepared, Prepare(options));
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return Error(StatusCode::kInternal, "FORK_FAILED", strerror(errno));
  if (pid == 0) ExecuteChild(prepared, parent);
  Process process;
  process.pid_ = pid;
  return process;
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    Kill9();
    pid_ = std::exchange(other.pid_, -1);
    exit_code_ = other.exit_code_;
  }
  return *this;
}

Process::~Process() { Kill9(); }

bool Process::Running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  exit_code_ = ExitCode(status);
  pid_ = -1;
  return false;
}

void Process::Signal(int signal) const {
  if (pid_ <= 0 || kill(pid_, signal) != 0 || signal != SIGSTOP) return;
  // The parent is told when the last thread has stopped: until then the process may still answer.
  siginfo_t info = {};
  waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT);
}

StatusOr<int> Process::Wait(absl::Duration timeout) {
  const absl::Duration end = RealClock().Steady() + timeout;
  absl::Duration pause = absl::Milliseconds(1);
  while (Running()) {
    if (RealClock().Steady() > end) return absl::DeadlineExceededError("the process still runs");
    RealSleeper().Sleep(pause);
    pause = std::min(pause * 2, absl::Milliseconds(20));
  }
  return exit_code_;
}

void Process::Stop(absl::Duration patience) {
  Signal(SIGTERM);
  if (!Wait(patience).ok()) Kill9();
}

void Process::Kill9() {
  if (pid_ < 0) return;
  Signal(SIGKILL);
  int status = 0;
  if (waitpid(pid_, &status, 0) == pid_) exit_code_ = ExitCode(status);
  pid_ = -1;
}

StatusOr<Finished> Run(ProcessOptions options, absl::Duration timeout) {
  TemporaryDirectory directory;
  options.log_file = directory.File("output");
  if (!options.user.empty()) WriteFile(options.log_file, "");
  ASSIGN_OR_RETURN(Process process, Process::Start(options));
  ASSIGN_OR_RETURN(const int exit_code, process.Wait(timeout));
  return Finished{exit_code, ReadFile(options.log_file)};
}

}  // namespace tstack::testing
