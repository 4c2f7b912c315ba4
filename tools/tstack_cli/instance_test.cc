#include "tools/tstack_cli/instance.h"

#include <filesystem>
#include <set>

#include <catch2/catch.hpp>

#include "tools/tstack_cli/rabbitmq.h"

namespace tstack::cli {
namespace {

TEST_CASE("the same folder is the same installation however it is written", "[unit][tstack]") {
  const Instance plain("/tmp/cloud");
  CHECK(plain.id() == Instance("/tmp/x/../cloud").id());
  CHECK(plain.id() == Instance("/tmp/cloud/").id());
  CHECK(plain.data() == "/tmp/cloud");
  CHECK(Instance("a").data() == std::filesystem::current_path().string() + "/a");
}

TEST_CASE("two installations share no file, socket, port or node name", "[unit][tstack]") {
  const Instance a("/tmp/a"), b("/tmp/b");
  CHECK(a.id() != b.id());
  CHECK(a.run_dir() != b.run_dir());
  const auto rabbit = [](const Instance& instance, int base) {
    std::set<std::string> settings;
    const auto spec = RabbitMqSpec(instance, Ports{base});
    for (const auto& setting : spec.environment()) settings.insert(setting);
    return settings;
  };
  const auto of_a = rabbit(a, 21000), of_b = rabbit(b, 21020);
  for (const char* name :
       {"HOME=", "ERL_EPMD_PORT=", "RABBITMQ_NODENAME=", "RABBITMQ_NODE_PORT=",
        "RABBITMQ_DIST_PORT=", "RABBITMQ_MNESIA_BASE=", "RABBITMQ_CONFIG_FILE="}) {
    INFO(name);
    const auto setting = of_a.lower_bound(name);
    REQUIRE(setting->find(name) == 0);
    CHECK(of_b.count(*setting) == 0);
  }
}

TEST_CASE("a socket's path fits although the data folder's is long", "[unit][tstack]") {
  const Instance deep("/tmp/" + std::string(150, 'x'));
  CHECK(deep.Socket("api-gateway-12.telemetry").size() < 108);
  CHECK(deep.run_dir() != Instance("/tmp/" + std::string(151, 'x')).run_dir());
}

}  // namespace
}  // namespace tstack::cli
