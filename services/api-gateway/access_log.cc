#include "services/api-gateway/access_log.h"

#include "common/log/log.h"

namespace tstack::gateway {

void LogAccess(const CallContext& ctx, const Access& access) {
  log::Fields fields;
  fields.reserve(8);
  fields.push_back({"method", access.request.method});
  fields.push_back({"path", ctx.request.path});
  fields.push_back({"status", access.status});
  fields.push_back({"duration_ms", absl::ToDoubleMilliseconds(access.duration)});
  fields.push_back({"bytes", access.bytes});
  fields.push_back({"client", access.client});
  fields.push_back({"listener", access.request.listener});
  if (!access.stream.ok()) fields.push_back({"error", access.stream});
  log::Info(ctx, "request", fields);
}

}  // namespace tstack::gateway
