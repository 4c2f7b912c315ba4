#include "tools/supervisor/process_table.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

namespace tstack::supervisor {
namespace {

TEST_CASE("a process is known by its start time, not by its number alone", "[unit][supervisor]") {
  const auto self = FindProcess(getpid());
  REQUIRE(self);
  CHECK(IsAlive(*self));
  CHECK_FALSE(IsAlive({self->pid, self->start_time + 1}));
  CHECK(PssOf(getpid()) > 0);
}

TEST_CASE("a dead child is not alive although nobody has waited for it", "[unit][supervisor]") {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  const auto id = FindProcess(child);
  REQUIRE(id);
  const auto children = ChildrenOf(getpid());
  CHECK(std::count(children.begin(), children.end(), child) == 1);
  kill(child, SIGKILL);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  CHECK_FALSE(IsAlive(*id));
  waitpid(child, nullptr, 0);
}

TEST_CASE("a pid file names a process only while that one lives", "[unit][supervisor]") {
  const std::string path =
      std::filesystem::temp_directory_path() / ("pid_test." + std::to_string(getpid()));
  const auto self = FindProcess(getpid());
  REQUIRE(WritePidFile(path, *self).ok());
  REQUIRE(ReadPidFile(path));
  CHECK(ReadPidFile(path)->pid == getpid());
  REQUIRE(WritePidFile(path, {self->pid, self->start_time + 1}).ok());
  CHECK_FALSE(ReadPidFile(path));
  std::filesystem::remove(path);
  CHECK_FALSE(ReadPidFile(path));
}

}  // namespace
}  // namespace tstack::supervisor
