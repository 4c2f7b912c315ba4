#include "common/testing/process.h"

#include <filesystem>
#include <set>

#include <catch2/catch.hpp>

#include "common/testing/environment.h"

namespace tstack::testing {
namespace {

TEST_CASE("a process's exit code and output are told", "[unit][testing]") {
  const Finished finished =
      Run({.argv = {"sh", "-c", "echo out; echo err >&2; echo $COLOUR; exit 3"},
           .environment = {"COLOUR=blue"}})
          .value();
  CHECK(finished.exit_code == 3);
  CHECK(finished.output == "out\nerr\nblue\n");
  CHECK(Run({.argv = {"no-such-program"}})->exit_code == 127);
}

TEST_CASE("a process runs in its folder and ends by signal", "[unit][testing]") {
  const TemporaryDirectory folder;
  const std::string log = folder.File("log");
  Process process = Process::Start({.argv = {"sh", "-c", "pwd; exec sleep 600"},
                                    .directory = folder.path(),
                                    .log_file = log})
                        .value();
  CHECK(WaitFor("first line", absl::Seconds(1), [&] { return !ReadFile(log).empty(); }));
  CHECK(ReadFile(log) == folder.path().string() + "\n");
  CHECK(process.Running());
  CHECK(absl::IsDeadlineExceeded(process.Wait(absl::Milliseconds(1)).status()));
  process.Signal(SIGTERM);
  CHECK(process.Wait(absl::Seconds(10)).value() == 128 + SIGTERM);
  CHECK_FALSE(process.Running());
}

TEST_CASE("a child dies with the process that started it", "[unit][testing]") {
  pid_t pid = -1;
  {
    const Process process = Process::Start({.argv = {"sleep", "600"}}).value();
    pid = process.pid();
    CHECK(kill(pid, 0) == 0);
  }
  CHECK(kill(pid, 0) != 0);
}

TEST_CASE("a moved process has one owner", "[unit][testing]") {
  Process first = Process::Start({.argv = {"sleep", "600"}}).value();
  const pid_t pid = first.pid();
  Process second = std::move(first);
  CHECK(second.pid() == pid);
  CHECK_FALSE(first.Running());  // NOLINT: what is left of a moved process
  second.Kill9();
  CHECK_FALSE(second.Running());
}

TEST_CASE("free ports differ and temporary folders go", "[unit][testing]") {
  std::set<int> ports;
  for (int i = 0; i < 20; ++i) ports.insert(FreePort());
  CHECK(ports.size() == 20);
  std::filesystem::path path;
  {
    const TemporaryDirectory folder;
    path = folder.path();
    WriteFile(folder.File("a"), "1\n2\n3\n");
    CHECK(Tail(folder.File("a"), 1) == "\n3\n");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("waiting ends when the condition holds, or after ten times the promise",
          "[unit][testing]") {
  int looks = 0;
  CHECK(WaitFor("third look", absl::Milliseconds(20), [&] { return ++looks == 3; }));
  CHECK(looks == 3);
  CHECK_FALSE(WaitFor("never", absl::Milliseconds(1), [] { return false; }));
}

}  // namespace
}  // namespace tstack::testing
