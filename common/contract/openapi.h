// The OpenAPI 3.1 document of a route table: what the gateway really does, from the same plans that
// do it.
#pragma once

#include <string>

#include "common/contract/route_table.h"

namespace tstack::contract {

struct OpenApiOptions {
  std::string title = "TStack";
  std::string version = "3.0.0";
  std::string server_url = "/";  // public URL of the shared port
};

// JSON text. Every route is one operation. OpenAPI allows one operation a path and verb, so that
// actions, and alternatives by version, stand under the path with a fragment:
// "/compute/v2.1/servers/{id}/action#os-stop".
std::string OpenApiDocument(const RouteTable& table, const OpenApiOptions& options = {});

}  // namespace tstack::contract
