// Under which URL a client reached us: what links in answers begin with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/address.h"
#include "common/http/http.h"
#include "common/status/status.h"

namespace tstack::gateway {

// Where a request came from, as far as it can be believed.
struct Origin {
  std::string base_url;  // "https://cloud.example:21000", without path unless a proxy said one
  std::string client;    // the client's own address behind trusted proxies
  bool secure = false;
};

// Thread-safe.
class OriginRules {
 public:
  // Networks, and "unix" for peers of unix sockets. kInvalidArgument lists every mistake.
  static StatusOr<OriginRules> Make(const std::vector<std::string>& trusted_proxies);

  // `public_url`, if not empty, wins over everything that the request says. X-Forwarded-Proto,
  // -Host, -Port, -Prefix and -For count only if the peer is trusted; a value that could not stand
  // in a URL is ignored.
  Origin Of(const http::Request& request, const std::string& public_url) const;
  bool Trusts(std::string_view address) const;

 private:
  std::string ClientOf(const http::Request& request) const;

  std::vector<http::Cidr> networks_;
  bool unix_ = false;
};

}  // namespace tstack::gateway
