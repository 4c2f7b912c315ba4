#include "tools/supervisor/supervisor.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <catch2/catch.hpp>

#include "tools/supervisor/control.h"
#include "tools/supervisor/launch.h"
#include "tools/supervisor/process_table.h"

namespace tstack::supervisor {
namespace {

using State = v1::ServiceStatus;

// A supervisor in a process of its own.
class Fixture {
 public:
  Fixture() {
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("supervisor_test." + std::to_string(getpid()) + "." + std::to_string(count++));
    std::filesystem::create_directories(folder_ / "pids");
    Launch();
  }
  ~Fixture() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    KillRemains(folder_ / "pids");
    std::filesystem::remove_all(folder_);
  }

  void Launch() {
    pid_ = fork();
    if (pid_ == 0) {
      const bool ok =
          Supervisor({folder_ / "s", folder_, folder_ / "pid", folder_ / "pids"}).Run().ok();
      _exit(ok ? 0 : 1);
    }
    REQUIRE(Eventually([&] { return Ask(Status()).ok(); }));
  }

  static bool Eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 1000; ++i) {
      if (condition()) return true;
      RealSleeper().Sleep(absl::Milliseconds(10));
    }
    return false;
  }

  static v1::Request Status() {
    v1::Request request;
    request.mutable_status();
    return request;
  }
  StatusOr<v1::Reply> Ask(const v1::Request& request) {
    return supervisor::Ask(folder_ / "s", request);
  }

  void EnsureShell(const std::string& name, const std::string& script,
                   const std::string& fingerprint = "") {
    v1::Request request;
    auto* spec = request.mutable_ensure()->mutable_spec();
    spec->set_name(name);
    for (const char* argument : {"/bin/sh", "-c"}) spec->add_argv(argument);
    spec->add_argv(script);
    spec->add_environment("GREETING=hello");
    spec->set_stop_timeout_ms(500);
    spec->set_fingerprint(fingerprint);
    REQUIRE(Ask(request).ok());
  }

  State StatusOf(const std::string& name) {
    const auto reply = Ask(Status());
    REQUIRE(reply.ok());
    for (const State& status : reply->services()) {
      if (status.name() == name) return status;
    }
    FAIL("no service " << name);
    return {};
  }

  std::string Log(const std::string& name) {
    std::ifstream file(folder_ / (name + ".log"));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  pid_t pid_ = 0;
  std::filesystem::path folder_;
};

TEST_CASE_METHOD(Fixture, "a process runs with exactly the given environment and is logged",
                 "[integration][supervisor]") {
  EnsureShell("a", "echo $GREETING; env | wc -l; exec sleep 1000");
  CHECK(Eventually([&] { return Log("a").find("hello\n") == 0; }));
  CHECK(StatusOf("a").state() == State::RUNNING);
}

TEST_CASE_METHOD(Fixture, "a killed process comes back", "[integration][supervisor]") {
  EnsureShell("a", "exec sleep 1000");
  const pid_t before = StatusOf("a").pid();
  REQUIRE(before > 0);
  kill(before, SIGKILL);
  CHECK(Eventually(
      [&] { return StatusOf("a").restarts() == 1 && StatusOf("a").state() == State::RUNNING; }));
  CHECK(StatusOf("a").pid() != before);
  CHECK(StatusOf("a").last_end() == "signal 9");
}

TEST_CASE_METHOD(Fixture, "a crash loop is visible", "[integration][supervisor]") {
  EnsureShell("a", "exit 3");
  CHECK(Eventually([&] { return StatusOf("a").crash_loop(); }));
  CHECK(StatusOf("a").last_end() == "exit code 3");
}

TEST_CASE_METHOD(Fixture,
                 "ensuring the same again keeps the process, a new fingerprint replaces it",
                 "[integration][supervisor]") {
  EnsureShell("a", "exec sleep 1000", "1");
  const pid_t before = StatusOf("a").pid();
  EnsureShell("a", "exec sleep 1000", "1");
  CHECK(StatusOf("a").pid() == before);
  EnsureShell("a", "exec sleep 1000", "2");
  CHECK(Eventually(
      [&] { return StatusOf("a").state() == State::RUNNING && StatusOf("a").pid() != before; }));
}

TEST_CASE_METHOD(Fixture, "shutting down leaves nothing, not even daemons and the deaf",
                 "[integration][supervisor]") {
  EnsureShell("deaf", "trap '' TERM; while :; do sleep 1000; done");
  EnsureShell("daemon", "setsid sh -c 'sleep 1000' & echo started; exec sleep 1000");
  REQUIRE(Eventually([&] { return Log("daemon") == "started\n"; }));
  const auto tree = TreeOf(pid_);
  REQUIRE(tree.size() >= 4);
  v1::Request request;
  request.mutable_shutdown();
  REQUIRE(Ask(request).ok());
  waitpid(pid_, nullptr, 0);
  for (pid_t pid : tree) CHECK_FALSE(FindProcess(pid));
  CHECK_FALSE(std::filesystem::exists(folder_ / "s"));
}

TEST_CASE_METHOD(Fixture, "children do not outlive a killed supervisor",
                 "[integration][supervisor]") {
  EnsureShell("a", "exec sleep 1000");
  const auto child = FindProcess(StatusOf("a").pid());
  REQUIRE(child);
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  CHECK(WaitForEnd(*child, absl::Seconds(10)));
  Launch();  // over the remains
  EnsureShell("a", "exec sleep 1000");
  CHECK(StatusOf("a").state() == State::RUNNING);
}

TEST_CASE_METHOD(Fixture, "what survives a killed supervisor is found by its pid file",
                 "[integration][supervisor]") {
  const pid_t orphan = fork();
  if (orphan == 0) {
    pause();
    _exit(0);
  }
  REQUIRE(WritePidFile(folder_ / "pids/x.pid", *FindProcess(orphan)).ok());
  CHECK(KillRemains(folder_ / "pids") == 1);
  waitpid(orphan, nullptr, 0);
  CHECK(std::filesystem::is_empty(folder_ / "pids"));
}

TEST_CASE_METHOD(Fixture, "unknown names and garbage are refused and harm nothing",
                 "[integration][supervisor]") {
  v1::Request request;
  request.mutable_restart()->set_name("nobody");
  CHECK(Ask(request).status().code() == StatusCode::kFailedPrecondition);
  EnsureShell("broken", "x");
  v1::Request missing;
  missing.mutable_ensure()->mutable_spec()->set_name("missing");
  missing.mutable_ensure()->mutable_spec()->add_argv("/no/such/program");
  REQUIRE(Ask(missing).ok());
  CHECK(Eventually([&] { return Log("missing").find("cannot be started") == 0; }));
}

}  // namespace
}  // namespace tstack::supervisor
