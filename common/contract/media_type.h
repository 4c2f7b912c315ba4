#pragma once

#include <string>
#include <string_view>

#include "common/contract/route_table.h"
#include "common/http/http.h"
#include "common/status/status.h"

namespace tstack::contract {

// "application/json" of "Application/JSON; charset=utf-8".
std::string MediaTypeOf(std::string_view content_type);

// UNSUPPORTED_MEDIA_TYPE unless the route takes the body's type. A body without a type is taken for
// JSON. JSON patches have types of their own: application/json is one only where the route lists no
// other.
Status CheckMediaType(const Route& route, const http::Headers& headers);

}  // namespace tstack::contract
