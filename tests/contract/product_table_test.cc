#include <algorithm>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "common/contract/dialects/json_home.h"
#include "common/contract/plan.h"
#include "common/contract/route_table.h"
#include "common/contract/routes_report.h"
#include "tstack/identity/v1/projects.pb.h"

namespace tstack::contract {
namespace {

// No fixture is linked here: this is the table that a gateway builds.
const RouteTable& ProductTable() {
  static const auto table = RouteTable::Build();
  if (!table.ok()) FAIL(std::string(table.status().message()));
  return **table;
}

TEST_CASE("the product's contract has no contradictions", "[contract][routes]") {
  REQUIRE(identity::v1::Project::descriptor() != nullptr);  // keeps the contract's library linked
  CHECK(ProductTable().routes().size() > 10);
}

// All that anybody may call: who adds one opens a door, and says here why.
const std::set<std::string> kWithoutRule = {
    // Proves who asks.
    "POST /v3/auth/tokens",
    // Proves it by the old password: an expired one must be changed without a token.
    "POST /v3/users/{user_id}/password",
};

TEST_CASE("every product route names a policy rule, but for the few that are open to all",
          "[contract][routes]") {
  std::set<std::string> open;
  for (const auto& route : ProductTable().routes()) {
    INFO(route->rpc_path << " " << route->verb << " " << route->path);
    CHECK(route->policy().empty() == route->option.public_());
    if (route->policy().empty()) open.insert(route->verb + " " + route->path);
  }
  CHECK(open == kWithoutRule);
}

TEST_CASE("identity's JSON home names its resources", "[contract][routes]") {
  const RestApi* identity = ProductTable().FindApiByPrefix("/identity");
  REQUIRE(identity != nullptr);
  const std::string home = JsonHome(*identity, "/v3", /*with_root=*/true);
  const std::string rel = "https://docs.openstack.org/api/openstack-identity/3/rel/";
  const std::string param = "https://docs.openstack.org/api/openstack-identity/3/param/";
  CHECK(home.find("\"" + rel + "auth_projects\":{\"href\":\"/v3/auth/projects\"}") !=
        std::string::npos);
  CHECK(home.find("\"" + rel + "user\":{\"href-template\":\"/v3/users/{user_id}\",\"href-vars\":{" +
                  "\"user_id\":\"" + param + "user_id\"}}") != std::string::npos);
  CHECK(JsonHome(*identity, "/v3", false).find("\"href\":\"/auth/projects\"") != std::string::npos);
}

TEST_CASE("what a login and a change of a password answer is never kept", "[contract][routes]") {
  std::set<std::string> declared;
  for (const auto& route : ProductTable().routes()) {
    if (route->option.no_idempotency()) declared.insert(route->rpc_path);
  }
  CHECK(declared == std::set<std::string>{"/tstack.identity.v1.Tokens/IssueToken",
                                          "/tstack.identity.v1.Users/ChangePassword"});
}

TEST_CASE("the printed table has a line for every route", "[contract][routes]") {
  const std::string text = RoutesAsText(ProductTable());
  const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  CHECK(lines == ProductTable().routes().size() + 1);
  CHECK(text.find("/identity/v3/projects") != std::string::npos);
}

}  // namespace
}  // namespace tstack::contract
