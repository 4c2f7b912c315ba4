// Hosts, ports, addresses and networks as they occur in headers and configuration.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/status.h"

namespace tstack::http {

struct HostPort {
  std::string host;  // lower case; an IPv6 address without brackets
  int port = 0;      // 0: not given
};
// "example.org", "example.org:80", "10.0.0.1:80", "[::1]:80". nullopt for anything else, so that
// what passes may stand in a URL.
std::optional<HostPort> ParseHostPort(std::string_view text);
// The host as it stands in a URL: IPv6 in brackets, the port unless it is 0.
std::string FormatHostPort(const HostPort& host);

// An IP network; IPv4 is kept as ::ffff:0:0/96.
class Cidr {
 public:
  // "10.0.0.0/8", "::1/128", or one address. kInvalidArgument otherwise.
  static StatusOr<Cidr> Parse(std::string_view text);
  // False also for what is no address.
  bool Contains(std::string_view address) const;

 private:
  std::array<uint8_t, 16> bytes_{};
  int prefix_ = 128;
};

// True if a listed network has the address.
bool AnyContains(const std::vector<Cidr>& networks, std::string_view address);

}  // namespace tstack::http
