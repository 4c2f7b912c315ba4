#include "common/rpc/admission.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/rpc/wire.h"

namespace tstack::rpc {
namespace {

using google::protobuf::MethodDescriptor;

constexpr char kGatewayRole[] = "api-gateway";

bool IsPermitted(const api::Rpc& options, const std::string& role) {
  if (options.callers().empty()) return role == kGatewayRole;
  return std::any_of(
      options.callers().begin(), options.callers().end(),
      [&role](const std::string& caller) { return caller == "*" || caller == role; });
}

// Rule of the matched route; an rpc without routes has none.
StatusOr<std::string> PolicyOf(const MethodDescriptor& method, int route) {
  const int routes = method.options().ExtensionSize(api::route);
  if (routes == 0) return std::string();
  if (route < 0 || route >= routes) {
    return Error(StatusCode::kInvalidArgument, "BAD_CALL_METADATA",
                 absl::StrCat(method.full_name(), " has no route ", route));
  }
  return method.options().GetExtension(api::route, route).policy();
}

RequestContext RequestOf(common::v1::CallMetadata& metadata, IdSource& ids) {
  RequestContext request;
  request.request_id = std::move(*metadata.mutable_request_id());
  if (request.request_id.empty()) request.request_id = "req-" + ids.Uuid();
  request.global_request_id = std::move(*metadata.mutable_global_request_id());
  request.min_auth_seq = metadata.min_auth_seq();
  request.traceparent = std::move(*metadata.mutable_traceparent());
  request.path = std::move(*metadata.mutable_path());
  request.method = std::move(*metadata.mutable_method());
  request.idempotency_key = std::move(*metadata.mutable_idempotency_key());
  return request;
}

}  // namespace

Status CheckCaller(const MethodDescriptor& method, const PeerIdentity& peer,
                   std::string_view instance) {
  if (peer.instance == instance && IsPermitted(RpcOptions(method), peer.role))
    return absl::OkStatus();
  return Error(
      StatusCode::kPermissionDenied, "CALLER_NOT_PERMITTED",
      absl::StrCat(peer.role, " of ", peer.instance, " may not call ", method.full_name()));
}

StatusOr<CallContext> AdmitCall(const Arrival& arrival, std::string_view request_bytes,
                                absl::Duration default_deadline, ContextVerifier& verifier,
                                IdSource& ids, const Clock& clock) {
  common::v1::CallMetadata metadata;
  if (!metadata.ParseFromArray(arrival.call_bytes.data(),
                               static_cast<int>(arrival.call_bytes.size()))) {
    return Error(StatusCode::kInvalidArgument, "BAD_CALL_METADATA",
                 "the call's metadata cannot be parsed");
  }
  const MethodDescriptor& method = *arrival.method;
  CallContext ctx;
  ctx.request = RequestOf(metadata, ids);
  ctx.deadline = std::min(arrival.deadline, clock.Now() + MaxDuration(method, default_deadline));
  if (auto version = ApiVersion::Parse(metadata.api_version())) ctx.api_version = *version;
  ctx.peer_role = arrival.peer.role;
  ctx.peer_host = arrival.peer.host;
  ctx.rpc_method = arrival.path;
  ASSIGN_OR_RETURN(ctx.policy, PolicyOf(method, metadata.route()));
  if (!arrival.context_bytes.empty() && !RpcOptions(method).no_user()) {
    ASSIGN_OR_RETURN(ctx.request.auth,
                     verifier.Verify(arrival.context_bytes, arrival.path, request_bytes));
  }
  return ctx;
}

}  // namespace tstack::rpc
