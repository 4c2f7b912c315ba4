// What each listener offers: all APIs below their prefixes, or one API alone.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/contract/route_table.h"
#include "common/http/server.h"
#include "common/status/status.h"
#include "tstack/config/v1/gateway.pb.h"

namespace tstack::gateway {

struct Surface {
  const contract::RestApi* only = nullptr;  // null: all of them, by prefix
  std::string public_url;                   // "": from the request
};

// By listener name.
using Surfaces = std::map<std::string, Surface, std::less<>>;

// The name of the shared port's listener.
inline constexpr std::string_view kMainListener = "main";

// kInvalidArgument with every mistake: no listener at all, an unknown service, a name used twice,
// a certificate without key.
StatusOr<Surfaces> MakeSurfaces(const config::v1::Gateway& config,
                                const contract::RouteTable& table);

// Listeners, limits and time-outs for the HTTP server.
http::ServerOptions ServerOptionsFrom(const config::v1::Gateway& config);

}  // namespace tstack::gateway
