// Cross-origin requests of browsers (the Fetch standard's CORS protocol), by configuration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/http/http.h"
#include "common/status/status.h"
#include "tstack/config/v1/gateway.pb.h"

namespace tstack::gateway {

// Thread-safe. Does nothing without allowed origins.
class Cors {
 public:
  // kInvalidArgument for "*" together with credentials, which browsers refuse.
  static StatusOr<Cors> Make(const config::v1::Cors& config);

  // The answer to a preflight (OPTIONS with Origin and Access-Control-Request-Method); nullopt if
  // the request is none. A forbidden origin gets an answer without permissions.
  std::optional<http::Response> Preflight(const http::Request& request) const;
  // Adds what lets the page read the answer, if it may.
  void Allow(const http::Request& request, http::Headers& headers) const;

 private:
  bool Allows(std::string_view origin) const;
  void AddVary(http::Headers& headers) const;
  void AddOrigin(std::string_view origin, http::Headers& headers) const;

  std::vector<std::string> origins_;
  bool any_origin_ = false;
  bool credentials_ = false;
  std::string methods_;
  std::string allowed_headers_;
  std::string expose_headers_;
  std::string max_age_;
};

}  // namespace tstack::gateway
