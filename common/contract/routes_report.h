// The route table as people read it: `tstack routes`.
#pragma once

#include <string>

#include "common/contract/route_table.h"

namespace tstack::contract {

// One line a route under a heading: verb, path, action, versions, success, policy, rpc; columns
// aligned, by API and path.
std::string RoutesAsText(const RouteTable& table);

// [{"verb", "path", "also", "action", "rpc", "policy", "since", "until", "success", "public",
// "raw", "dialect", "type"}, …]
std::string RoutesAsJson(const RouteTable& table);

}  // namespace tstack::contract
