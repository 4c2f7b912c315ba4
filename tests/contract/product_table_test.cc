#include <catch2/catch.hpp>

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

TEST_CASE("every product route names a policy, is public, or says why not by needing no rule",
          "[contract][routes]") {
  for (const auto& route : ProductTable().routes()) {
    INFO(route->rpc_path << " " << route->verb << " " << route->path);
    CHECK(
        (!route->policy().empty() || route->option.public_() || !route->option.summary().empty()));
  }
}

TEST_CASE("the printed table has a line for every route", "[contract][routes]") {
  const std::string text = RoutesAsText(ProductTable());
  const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  CHECK(lines == ProductTable().routes().size() + 1);
  CHECK(text.find("/identity/v3/projects") != std::string::npos);
}

}  // namespace
}  // namespace tstack::contract
