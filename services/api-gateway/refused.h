// Requests that the HTTP server refuses by itself: too large, too slow, not HTTP.
#pragma once

#include "common/http/http.h"
#include "services/api-gateway/gateway.h"

namespace tstack::gateway {

// The answer in the dialect of its path, readable for a browser's page like any other; counted, and
// logged as every request is. `head` is as much as was understood.
http::Response RefusedAnswer(const Gateway& gateway, const http::Request& head, int status);

}  // namespace tstack::gateway
