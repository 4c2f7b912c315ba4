#include "common/config/config.h"

#include <catch2/catch.hpp>

#include "common/config/test_file.h"

namespace tstack::config {
namespace {

StatusOr<v1::Config> LoadText(const std::string& text,
                              const std::vector<std::string>& overrides = {},
                              std::string_view role = {}) {
  TestFile file(text);
  return Load(file.path(), overrides, role);
}

std::string Mistakes(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const Status status = LoadText(text, overrides).status();
  CHECK(status.code() == StatusCode::kInvalidArgument);
  return std::string(status.message());
}

}  // namespace

TEST_CASE("a file becomes a message, with defaults where it is silent", "[unit][config]") {
  auto config = LoadText(
      "instance: cloud\n"
      "database: {nodes: ['127.0.0.1:3306'], pool_size: 3}\n"
      "backends:\n"
      "  identity: {addresses: [unix:/a, unix:/b]}\n"
      "rpc:\n"
      "  drain: 1m30s\n");
  REQUIRE(config.ok());
  CHECK(config->instance() == "cloud");
  CHECK(config->region() == "RegionOne");
  CHECK(config->database().pool_size() == 3);
  CHECK(config->backends().at("identity").addresses_size() == 2);
  CHECK(ToDuration(config->rpc().drain()) == absl::Seconds(90));
  CHECK(config->rpc().threads() == 16);
}

TEST_CASE("all mistakes are told at once, each with its line", "[unit][config]") {
  const std::string text = Mistakes(
      "instanze: x\n"
      "database:\n"
      "  pool_size: many\n"
      "  nodes: {a: b}\n"
      "telemetry:\n"
      "  log_level: loud\n"
      "rpc:\n"
      "  drain: 10\n"
      "  threads: 0\n"
      "region: a\n"
      "region: b\n");
  CHECK(text ==
        "tstack.yaml:1: unknown key \"instanze\"; the nearest known key is \"instance\"\n"
        "tstack.yaml:3: \"database.pool_size\": expected an integer, found \"many\"\n"
        "tstack.yaml:4: \"database.nodes\": expected list of text, found a section\n"
        "tstack.yaml:6: \"telemetry.log_level\": expected one of debug, info, warn, error, found "
        "\"loud\"\n"
        "tstack.yaml:8: \"rpc.drain\": expected a duration such as 10s, 500ms or 1h30m, found "
        "\"10\"\n"
        "tstack.yaml:9: \"rpc.threads\": 0 is below the least value 1\n"
        "tstack.yaml:11: \"region\" is given twice");
}

TEST_CASE("text that is no YAML is refused with its line", "[unit][config]") {
  CHECK(Mistakes("a: [1\nb: 2\n").starts_with("tstack.yaml:2: "));
  CHECK(Mistakes("- a\n") == "tstack.yaml: the file must hold keys and values");
}

TEST_CASE("overrides replace scalars and lists, and add map entries", "[unit][config]") {
  auto config = LoadText("region: a\nbackends: {identity: {addresses: [x, y]}}\n",
                         {"region=b", "backends.identity.addresses=unix:/1,unix:/2,unix:/3",
                          "backends.volume.addresses=[unix:/v]", "database.nodes=[a, b]"});
  REQUIRE(config.ok());
  CHECK(config->region() == "b");
  CHECK(config->backends().at("identity").addresses_size() == 3);
  CHECK(config->backends().at("volume").addresses(0) == "unix:/v");
  CHECK(config->backends_size() == 2);
  CHECK(config->database().nodes_size() == 2);
}

TEST_CASE("a wrong override is named like a wrong line", "[unit][config]") {
  CHECK(Mistakes("", {"databse.user=x"}) ==
        "--set databse.user: unknown key \"databse\"; the nearest known key is \"database\"");
}

TEST_CASE("a password in place of a reference is refused and not repeated", "[unit][config]") {
  const std::string text = Mistakes("database: {password: hunter2}\n");
  CHECK(text.find("file:/path") != std::string::npos);
  CHECK(text.find("hunter2") == std::string::npos);
}

TEST_CASE("the role is put into every text value", "[unit][config]") {
  auto config = LoadText(
      "tls: {certificate_file: '/c/{role}.pem'}\nbackends: {a: {addresses: ['unix:/{role}']}}\n",
      {}, "identity");
  REQUIRE(config.ok());
  CHECK(config->tls().certificate_file() == "/c/identity.pem");
  CHECK(config->backends().at("a").addresses(0) == "unix:/identity");
}

TEST_CASE("no file is a configuration of defaults, a missing file is an error", "[unit][config]") {
  CHECK(Load("")->database().pool_size() == 8);
  CHECK(Load("/no/such/tstack.yaml").status().code() == StatusCode::kNotFound);
}

}  // namespace tstack::config
