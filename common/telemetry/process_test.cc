#include "common/telemetry/process.h"

#include <unistd.h>

#include <csignal>

#include <catch2/catch.hpp>

#include "common/log/capture.h"

namespace tstack::telemetry {
namespace {

int RunWith(std::vector<std::string> arguments, const RunFunction& run) {
  std::vector<char*> argv;
  arguments.insert(arguments.begin(), "tstack-test");
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return RunProcess("test", static_cast<int>(argv.size()), argv.data(), run);
}

}  // namespace

TEST_CASE("a process runs until SIGTERM and ends well", "[unit][telemetry]") {
  log::Capture capture;
  bool drained = false;
  const int code =
      RunWith({"--set", "host=h1"}, [&](const config::v1::Config& config, Process& process) {
        CHECK(config.host() == "h1");
        process.SetReady();
        CHECK_FALSE(process.stop().stop_requested());
        kill(getpid(), SIGTERM);
        process.WaitForStop();
        drained = process.stop().stop_requested();
        return absl::OkStatus();
      });
  CHECK(code == 0);
  CHECK(drained);
  CHECK(capture.Count("\"event\":\"process_ready\"") == 1);
  CHECK(capture.Count("\"event\":\"process_stopping\"") == 1);
  CHECK(capture.Count("\"event\":\"process_ended\"") == 1);
}

TEST_CASE("a failure is one line and exit code 1", "[unit][telemetry]") {
  log::Capture capture;
  const int code = RunWith({}, [](const config::v1::Config&, Process&) {
    return Error(StatusCode::kUnavailable, "NO_DATABASE", "no database");
  });
  CHECK(code == 1);
  CHECK(capture.Count("\"level\":\"ERROR\"") == 1);
  CHECK(capture.Count("NO_DATABASE") == 1);
}

TEST_CASE("a wrong setting stops the start with all mistakes", "[unit][telemetry]") {
  log::Capture capture;
  bool ran = false;
  const int code = RunWith({"--set", "hots=x", "--set", "rpc.threads=no"},
                           [&](const config::v1::Config&, Process&) {
                             ran = true;
                             return absl::OkStatus();
                           });
  CHECK(code == 1);
  CHECK_FALSE(ran);
  CHECK(capture.Count("the nearest known key is \\\"host\\\"") == 1);
  CHECK(capture.Count("rpc.threads") == 1);
}

TEST_CASE("wrong usage is exit code 2, help and version end at once", "[unit][telemetry]") {
  const auto never = [](const config::v1::Config&, Process&) -> Status { std::abort(); };
  CHECK(RunWith({"--nonsense"}, never) == 2);
  CHECK(RunWith({"--help"}, never) == 0);
  CHECK(RunWith({"--version"}, never) == 0);
}

}  // namespace tstack::telemetry
