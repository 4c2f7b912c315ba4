// gRPC's own messages as our log lines.
#pragma once

namespace tstack::rpc {

// Once per process; later calls do nothing.
void RouteGrpcLog();

}  // namespace tstack::rpc
