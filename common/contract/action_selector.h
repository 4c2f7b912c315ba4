// Which of several routes at one path a body means.
#pragma once

#include <optional>
#include <string_view>

#include "common/contract/exchange.h"
#include "common/contract/json_document.h"

namespace tstack::contract {

struct Selection {
  const Route* route = nullptr;
  int template_index = 0;
};

// The one route left by verb and version; for POST …/action the one that has the body's key. `body`
// may be absent. MALFORMED_BODY unless an action's body is an object with exactly one key beside
// the route's siblings; UNKNOWN_ACTION for a key that no route has, NOT_IN_VERSION for one that
// other versions have, GONE for a removed one.
StatusOr<Selection> SelectRoute(const Exchange& exchange, std::optional<JsonValue> body);

// True if the body decides.
bool NeedsBody(const Exchange& exchange);

}  // namespace tstack::contract
