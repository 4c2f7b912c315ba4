#include <iostream>

#include "absl/strings/str_cat.h"

#include "common/contract/route_table.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/text_table.h"

namespace tstack::cli {
namespace {

std::string VersionsOf(const contract::Route& route) {
  if (!route.api->HasMicroversions()) return "-";
  const std::string since =
      route.since == ApiVersion{} ? route.api->min_version.ToString() : route.since.ToString();
  const std::string until = route.until == ApiVersion{} ? "" : route.until.ToString();
  return absl::StrCat(since, "..", until);
}

std::string PathOf(const contract::Route& route) {
  std::string path = absl::StrCat(route.api->prefix, route.path);
  if (!route.option.action().empty()) absl::StrAppend(&path, " {", route.option.action(), "}");
  return path;
}

void PrintJson(const contract::RouteTable& table) {
  std::cout << "[";
  const char* separator = "\n";
  for (const auto& route : table.routes()) {
    std::cout << separator << "  {\"verb\": \"" << route->verb << "\", \"path\": \""
              << PathOf(*route) << "\", \"rpc\": \"" << std::string(route->method->full_name())
              << "\", \"policy\": \"" << route->policy() << "\", \"versions\": \""
              << VersionsOf(*route) << "\", \"backend\": \"" << route->backend << "\"}";
    separator = ",\n";
  }
  std::cout << "\n]\n";
}

}  // namespace

Status ShowRoutes(bool as_json) {
  ASSIGN_OR_RETURN(const auto routes, contract::RouteTable::Build());
  if (as_json) {
    PrintJson(*routes);
    return absl::OkStatus();
  }
  TextTable table({"VERB", "PATH", "POLICY", "VERSIONS", "RPC"});
  for (const auto& route : routes->routes()) {
    table.Add({route->verb, PathOf(*route), route->policy().empty() ? "-" : route->policy(),
               VersionsOf(*route), std::string(route->method->full_name())});
  }
  table.Print(std::cout);
  std::cout << routes->routes().size() << " routes\n";
  return absl::OkStatus();
}

}  // namespace tstack::cli
