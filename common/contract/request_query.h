// A route's query string into its request message and its page.
#pragma once

#include "google/protobuf/message.h"

#include "common/contract/exchange.h"
#include "common/contract/transcoder.h"

namespace tstack::contract {

// Fills call.request, call.fields and call.page. Errors of query.h, and UNKNOWN_QUERY where the
// route is strict.
Status ReadRequestQuery(const Exchange& exchange, RpcCall& call);

}  // namespace tstack::contract
