// What `/` of the shared port says: the APIs that are served here.
#pragma once

#include <string>

#include "common/contract/route_table.h"

namespace tstack::gateway {

// {"apis": [{"type", "url", "min_version", "max_version"}], "openapi": url}
std::string IndexPage(const contract::RouteTable& table, const std::string& base_url);

}  // namespace tstack::gateway
