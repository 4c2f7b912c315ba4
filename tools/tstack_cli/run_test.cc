#include "tools/tstack_cli/run.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "tools/tstack_cli/text_table.h"

namespace tstack::cli {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("a program's output and exit code come back", "[unit][tstack]") {
  Command command;
  command.argv = {"sh", "-c", "echo $GREETING; echo oops >&2; exit 3"};
  command.environment = {"GREETING=hello"};
  const auto output = Run(command);
  REQUIRE(output.ok());
  CHECK(output->exit_code == 3);
  CHECK(output->text == "hello\noops\n");
  CHECK_THAT(std::string(RunOk(command).status().message()),
             Contains("exit code 3") && Contains("oops"));
}

TEST_CASE("a program that takes too long is ended with all its children", "[unit][tstack]") {
  Command command;
  command.argv = {"sh", "-c", "sleep 1000 & sleep 1000"};
  command.timeout = absl::Milliseconds(50);
  CHECK(Run(command).status().code() == StatusCode::kDeadlineExceeded);
}

TEST_CASE("a program that is not there is not found", "[unit][tstack]") {
  Command command;
  command.argv = {"/no/such/program"};
  CHECK(Run(command).status().code() == StatusCode::kNotFound);
}

TEST_CASE("columns are as wide as their widest cell", "[unit][tstack]") {
  TextTable table({"A", "LONG TITLE"});
  table.Add({"wide cell", "x"});
  std::ostringstream out;
  table.Print(out);
  CHECK(out.str() == "A          LONG TITLE\nwide cell  x\n");
}

}  // namespace
}  // namespace tstack::cli
