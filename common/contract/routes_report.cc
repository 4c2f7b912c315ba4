#include "common/contract/routes_report.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "common/contract/dialect.h"
#include "common/contract/json_builder.h"
#include "common/contract/route_plan.h"

namespace tstack::contract {
namespace {

constexpr size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

std::vector<const Route*> Sorted(const RouteTable& table) {
  std::vector<const Route*> routes;
  for (const auto& route : table.routes()) routes.push_back(route.get());
  auto key = [](const Route& r) {
    return std::tie(r.api->prefix, r.path, r.verb, r.option.action(), r.rpc_path, r.index);
  };
  std::sort(routes.begin(), routes.end(),
            [&](const Route* a, const Route* b) { return key(*a) < key(*b); });
  return routes;
}

std::string Versions(const Route& route) {
  if (route.option.gone()) return "gone";
  if (!route.api->HasMicroversions()) return "-";
  const ApiVersion since = route.since == ApiVersion{} ? route.api->min_version : route.since;
  const ApiVersion until = route.until == ApiVersion{} ? route.api->max_version : route.until;
  return since.ToString() + "-" + until.ToString();
}

std::string Success(const Route& route) {
  std::string out = std::to_string(route.plan->success);
  std::set<std::string> seen = {out};
  auto add = [&](int status) {
    if (seen.insert(std::to_string(status)).second) out += "," + std::to_string(status);
  };
  for (const auto& [since, status] : route.plan->success_since) add(status);
  for (const OutcomePlan& outcome : route.plan->outcomes) add(outcome.status);
  return out;
}

std::string Policy(const Route& route) {
  if (!route.policy().empty()) return route.policy();
  return route.option.public_() ? "(public)" : "-";
}

Row RowOf(const Route& route) {
  return {route.verb,
          route.api->prefix + route.path,
          route.option.action().empty() ? "-" : route.option.action(),
          Versions(route),
          Success(route),
          Policy(route),
          route.rpc_path};
}

}  // namespace

std::string RoutesAsText(const RouteTable& table) {
  std::vector<Row> rows = {{"VERB", "PATH", "ACTION", "VERSIONS", "SUCCESS", "POLICY", "RPC"}};
  for (const Route* route : Sorted(table)) rows.push_back(RowOf(*route));
  std::array<size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < kColumns; ++i)
      out += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    out += row[kColumns - 1] + "\n";
  }
  return out;
}

std::string RoutesAsJson(const RouteTable& table) {
  std::string out;
  JsonBuilder json(&out);
  json.BeginArray();
  for (const Route* route : Sorted(table)) {
    json.BeginObject()
        .Key("verb")
        .String(route->verb)
        .Key("path")
        .String(route->api->prefix + route->path);
    json.Key("also").BeginArray();
    for (const std::string& path : route->option.also()) json.String(route->api->prefix + path);
    json.EndArray().Key("action").String(route->option.action()).Key("rpc").String(route->rpc_path);
    json.Key("policy").String(route->policy()).Key("since").String(route->option.since());
    json.Key("until").String(route->option.until()).Key("gone").Bool(route->option.gone());
    json.Key("success").String(Success(*route)).Key("public").Bool(route->option.public_());
    json.Key("raw").String(route->option.raw()).Key("dialect").String(route->api->dialect->name());
    json.Key("type").String(route->api->type).EndObject();
  }
  json.EndArray();
  return out;
}

}  // namespace tstack::contract
