// The links that close a list.
#pragma once

#include <string>

#include "common/contract/exchange.h"
#include "common/contract/transcoder.h"

namespace tstack::contract {

// What the answer shows about its neighbours.
struct PageEnds {
  std::string first_marker;  // of the first and the last item; "" for an empty page
  std::string last_marker;
  bool has_more = false;  // in the direction of the request
};

// JSON members without a leading comma, "" if the list closes without any.
std::string PageMembersOf(const Exchange& exchange, const RpcCall& call, const PageEnds& ends);

}  // namespace tstack::contract
