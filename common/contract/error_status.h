// The HTTP status that most dialects give to (code, reason).
#pragma once

#include <string_view>

#include "common/status/status.h"

namespace tstack::contract {

int CommonHttpStatus(StatusCode code, std::string_view reason);

// A tenant's limit was hit (QUOTA_EXCEEDED, OVER_QUOTA, RAM_QUOTA …), as opposed to a server that
// has no room right now.
bool IsQuotaReason(std::string_view reason);

}  // namespace tstack::contract
