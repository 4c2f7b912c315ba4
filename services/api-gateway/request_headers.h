// Headers of a client that go further than the gateway, checked before they do.
#pragma once

#include <string>

#include "common/http/http.h"
#include "common/status/status.h"

namespace tstack::gateway {

// X-OpenStack-Request-ID as other services' middleware accepts it ("req-" and a UUID); "" for
// anything else: it ends up in log lines.
std::string GlobalRequestId(const http::Headers& headers);

// W3C traceparent, "" if malformed.
std::string Traceparent(const http::Headers& headers);

// Idempotency-Key: "" if absent. kInvalidArgument unless it is 1 to 255 printable ASCII characters.
StatusOr<std::string> IdempotencyKey(const http::Headers& headers);

// A token header's value; "" if absent. kInvalidArgument if it is given twice with different values
// or is longer than any token is.
StatusOr<std::string> TokenHeader(const http::Headers& headers, std::string_view name);

}  // namespace tstack::gateway
