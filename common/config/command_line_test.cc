#include "common/config/command_line.h"

#include <catch2/catch.hpp>

namespace tstack::config {

TEST_CASE("a service's command line has a file and overrides", "[unit][config]") {
  auto line = ParseCommandLine({"--config", "a.yaml", "--set", "x.y=1", "--set=z==2"});
  REQUIRE(line.ok());
  CHECK(line->config_file == "a.yaml");
  CHECK(line->overrides == std::vector<std::string>{"x.y=1", "z==2"});
  CHECK_FALSE(line->help);
}

TEST_CASE("wrong arguments are named", "[unit][config]") {
  const auto message = [](const std::vector<std::string>& arguments) {
    return std::string(ParseCommandLine(arguments).status().message());
  };
  CHECK(message({"--confg", "a"}) == "unknown argument --confg");
  CHECK(message({"--config"}) == "--config needs a value");
  CHECK(message({"--set", "novalue"}) == "--set novalue: expected key=value");
}

TEST_CASE("help and version are flags", "[unit][config]") {
  CHECK(ParseCommandLine({"--help"})->help);
  CHECK(ParseCommandLine({"--version"})->version);
  CHECK(Usage("tstack-identity").find("tstack-identity --config FILE") != std::string::npos);
}

}  // namespace tstack::config
