#include "common/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include <mutex>

#include "common/log/log.h"

namespace tstack::rpc {
namespace {

// gRPC says ERROR of every handshake that fails; our ERROR means that a person must act.
void Write(gpr_log_func_args* args) {
  const log::Fields fields = {{"file", args->file}, {"line", args->line}};
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    log::Warn("grpc", fields, args->message);
  } else {
    log::Debug("grpc", fields, args->message);
  }
}

}  // namespace

void RouteGrpcLog() {
  static std::once_flag once;
  std::call_once(once, [] { gpr_set_log_function(&Write); });
}

}  // namespace tstack::rpc
