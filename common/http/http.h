// HTTP/1.1 as the project sees it. Beast is behind common/http/server.cc and nowhere else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status.h"

namespace tstack::http {

// Header fields in wire order; names compare without case.
class Headers {
 public:
  void Add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }
  void Set(std::string_view name, std::string_view value);
  void Remove(std::string_view name);
  // First value; nullopt if absent.
  std::optional<std::string_view> Find(std::string_view name) const;
  std::vector<std::string_view> FindAll(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A request whose head has arrived and, unless the handler asked for streaming, whose body is
// complete.
struct Request {
  std::string method;  // "GET"
  std::string target;  // path and query as sent, "/identity/v3/projects?name=x"
  Headers headers;
  std::string body;
  std::string remote_address;  // peer's IP
  std::string listener;        // name of the listener it came in by ("main", "compute")
  bool tls = false;
};

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Connection and Date are the server's business
  std::string body;
};

}  // namespace tstack::http
