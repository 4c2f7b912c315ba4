#include "services/identity/wiring/check_config.h"

#include <catch2/catch.hpp>

#include "common/config/config.h"

namespace tstack::identity {
namespace {

Status Check(const std::vector<std::string>& overrides) {
  const auto config = config::Load("", overrides);
  INFO(config.status().ToString());
  REQUIRE(config.ok());
  return CheckConfig(config->identity());
}

TEST_CASE("keys must outlive the tokens that they signed", "[unit][identity][keys]") {
  CHECK(Check({}).ok());
  const Status hourly = Check({"identity.key_lifetime=1h"});
  CHECK(ReasonOf(hourly) == "CONFIG_INVALID");
  CHECK(hourly.message().find("max_active_keys") != hourly.message().npos);
  CHECK(Check({"identity.key_lifetime=1h", "identity.max_active_keys=51"}).ok());
  CHECK_FALSE(Check({"identity.key_lifetime=1h", "identity.max_active_keys=50"}).ok());
  CHECK_FALSE(Check({"identity.token_lifetime=100h"}).ok());
  CHECK(Check({"identity.key_lifetime=0s", "identity.max_active_keys=3"}).ok());
}

}  // namespace
}  // namespace tstack::identity
