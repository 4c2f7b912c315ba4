// Addresses of database nodes.
#pragma once

#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::db {

struct Node {
  std::string name;       // as configured
  std::string unix_path;  // "" for TCP
  std::string host;       // "" for a unix socket; IPv6 without brackets
  int port = 0;
  // As the connector wants it: "unix:///path" or "tcp://host:port".
  std::string Url() const;
};

// "unix:/absolute/path", "host:port", "[v6]:port"; without a port 3306 is meant.
StatusOr<Node> ParseNode(std::string_view text);

}  // namespace tstack::db
