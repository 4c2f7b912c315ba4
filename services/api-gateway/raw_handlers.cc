#include "services/api-gateway/raw_handlers.h"

#include "absl/strings/str_cat.h"

namespace tstack::gateway {

RawHandlers MakeRawHandlers() { return {}; }

Status CheckRawHandlers(const contract::RouteTable& table, const RawHandlers& handlers) {
  std::string complaints;
  for (const auto& route : table.routes()) {
    const std::string& name = route->option.raw();
    if (name.empty() || handlers.count(name) > 0) continue;
    absl::StrAppend(&complaints, route->verb, " ", route->path, ": there is no raw handler ", name,
                    "\n");
  }
  if (complaints.empty()) return absl::OkStatus();
  return Error(StatusCode::kFailedPrecondition, "UNKNOWN_RAW_HANDLER", complaints);
}

}  // namespace tstack::gateway
