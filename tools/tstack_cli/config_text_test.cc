#include "tools/tstack_cli/config_text.h"

#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "common/config/config.h"
#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/services.h"

namespace tstack::cli {
namespace {

// A new installation's tstack.yaml, written and loaded.
StatusOr<config::v1::Config> Written(const Creation& creation) {
  const Instance instance(std::filesystem::temp_directory_path() /
                          ("config_test." + std::to_string(getpid())));
  RETURN_IF_ERROR(EnsureDirectory(instance.data()));
  RETURN_IF_ERROR(WriteFile(instance.config_file(), NewConfigText(instance, creation)));
  auto config = LoadConfig(instance);
  std::filesystem::remove_all(instance.data());
  return config;
}

TEST_CASE("the configuration of a new installation has no mistakes", "[unit][tstack]") {
  const auto config = Written({});
  INFO(config.status());
  REQUIRE(config.ok());
  CHECK(config->gateway().listen() == "127.0.0.1:21000");
  CHECK(config->supervisor().port_base() == 21000);
  CHECK(config->backends().at("identity").addresses_size() == 1);
  CHECK(config->database().password().find("file:/") == 0);
}

TEST_CASE("replicas and the first port are written into it", "[unit][tstack]") {
  const auto config = Written({31000, {{"identity", 2}}});
  REQUIRE(config.ok());
  CHECK(config->backends().at("identity").addresses_size() == 2);
  CHECK(ReplicasOf(*config, "identity") == 2);
  CHECK(ReplicasOf(*config, "api-gateway") == 1);
  CHECK(PortsOf(*config).mariadb() == 31001);
}

TEST_CASE("each replica has its own sockets, gateways share their port", "[unit][tstack]") {
  const auto config = Written({31000, {{"identity", 2}, {"api-gateway", 2}}});
  REQUIRE(config.ok());
  const auto replicas = AllReplicas(Instance("/tmp/cloud"), *config);
  REQUIRE(replicas.size() == 4);
  CHECK(replicas[0].name == "identity-1");
  CHECK(replicas[0].address != replicas[1].address);
  CHECK(replicas[2].address == replicas[3].address);
  CHECK(replicas[2].telemetry != replicas[3].telemetry);
}

TEST_CASE("people's names of services are understood", "[unit][tstack]") {
  CHECK(RoleOf("identity") == "identity");
  CHECK(RoleOf("identity-2") == "identity");
  CHECK(RoleOf("gateway") == "api-gateway");
  CHECK(RoleOf("api-gateway-1") == "api-gateway");
  CHECK(RoleOf("mariadb").empty());
}

}  // namespace
}  // namespace tstack::cli
