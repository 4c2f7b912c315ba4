// The one line that every request leaves, answered or refused.
#pragma once

#include <string>

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/http/http.h"
#include "common/status/status.h"

namespace tstack::gateway {

struct Access {
  const http::Request& request;
  int status = 0;
  size_t bytes = 0;  // of the answer's body
  absl::Duration duration;
  const std::string& client;  // behind trusted proxies
  const Status& stream;       // how a streamed answer ended
};

// Event `request`. Ids, project and user come from the context.
void LogAccess(const CallContext& ctx, const Access& access);

}  // namespace tstack::gateway
