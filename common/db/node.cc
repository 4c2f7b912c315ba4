#include "common/db/node.h"

#include <charconv>

namespace tstack::db {
namespace {

Status BadNode(std::string_view text) {
  return Error(
      StatusCode::kInvalidArgument, "DATABASE_NODE",
      "'" + std::string(text) + "' is no database node: host:port or unix:/path is expected");
}

StatusOr<int> ParsePort(std::string_view digits, std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || port < 1 || port > 65535) return BadNode(text);
  return port;
}

}  // namespace

std::string Node::Url() const {
  if (!unix_path.empty()) return "unix://" + unix_path;
  const bool v6 = host.find(':') != std::string::npos;
  return "tcp://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

StatusOr<Node> ParseNode(std::string_view text) {
  Node node;
  node.name = text;
  if (text.starts_with("unix:")) {
    node.unix_path = text.substr(5);
    if (!node.unix_path.starts_with('/')) return BadNode(text);
    return node;
  }
  const size_t bracket = text.rfind(']');
  const size_t colon = text.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  node.port = 3306;
  if (has_port) {
    ASSIGN_OR_RETURN(node.port, ParsePort(text.substr(colon + 1), text));
  }
  std::string_view host = has_port ? text.substr(0, colon) : text;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return BadNode(text);
  node.host = host;
  return node;
}

}  // namespace tstack::db
