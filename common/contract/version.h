// Microversion negotiation.
#pragma once

#include "common/contract/exchange.h"
#include "common/status/status.h"

namespace tstack::contract {

// Sets exchange.version from the request's headers: the API's minimum if the client says nothing,
// its maximum for "latest". VERSION_MALFORMED, or VERSION_UNSUPPORTED with
// exchange.requested_version set. APIs without microversions: {0, 0}, always OK.
Status NegotiateVersion(Exchange& exchange);

}  // namespace tstack::contract
