// The rpcs of AssignmentHandlers about one user's grants on one target.
#include "services/identity/assignments/assignment_handlers.h"

namespace tstack::identity::assignments {
namespace {

Target TargetOf(const std::string& project_id, const std::string& domain_id) {
  return domain_id.empty() ? Target::Project(project_id) : Target::Domain(domain_id);
}

Grant GrantOf(const v1::GrantRequest& request) {
  return {request.user_id(), TargetOf(request.project_id(), request.domain_id()),
          request.role_id()};
}

Grant GrantOf(const v1::SystemGrantRequest& request) {
  return {request.user_id(), Target::System(), request.role_id()};
}

}  // namespace

Status AssignmentHandlers::Send(const CallContext& ctx, std::string_view user_id,
                                const Target& target, const rpc::Sink<v1::Role>& sink) {
  ASSIGN_OR_RETURN(const std::vector<v1::Role> roles, store_.ListRoles(ctx, user_id, target));
  for (const v1::Role& role : roles) RETURN_IF_ERROR(sink(role));
  return absl::OkStatus();
}

Status AssignmentHandlers::ListGrants(const CallContext& ctx, const v1::ListGrantsRequest& request,
                                      const rpc::Sink<v1::Role>& sink) {
  const Target target = TargetOf(request.project_id(), request.domain_id());
  RETURN_IF_ERROR(Permitted(ctx, {request.user_id(), target, ""}));
  return Send(ctx, request.user_id(), target, sink);
}

StatusOr<google::protobuf::Empty> AssignmentHandlers::CheckGrant(const CallContext& ctx,
                                                                 const v1::GrantRequest& request) {
  RETURN_IF_ERROR(Permitted(ctx, GrantOf(request)));
  RETURN_IF_ERROR(store_.Check(ctx, GrantOf(request)));
  return Empty();
}

StatusOr<google::protobuf::Empty> AssignmentHandlers::CreateGrant(const CallContext& ctx,
                                                                  const v1::GrantRequest& request) {
  RETURN_IF_ERROR(Permitted(ctx, GrantOf(request)));
  RETURN_IF_ERROR(store_.Create(ctx, GrantOf(request)));
  return Empty();
}

StatusOr<google::protobuf::Empty> AssignmentHandlers::RevokeGrant(const CallContext& ctx,
                                                                  const v1::GrantRequest& request) {
  RETURN_IF_ERROR(Permitted(ctx, GrantOf(request), /*user_may_be_gone=*/true));
  RETURN_IF_ERROR(store_.Revoke(ctx, GrantOf(request)));
  return Empty();
}

Status AssignmentHandlers::ListSystemGrants(const CallContext& ctx,
                                            const v1::ListSystemGrantsRequest& request,
                                            const rpc::Sink<v1::Role>& sink) {
  RETURN_IF_ERROR(Permitted(ctx, {request.user_id(), Target::System(), ""}));
  return Send(ctx, request.user_id(), Target::System(), sink);
}

StatusOr<google::protobuf::Empty> AssignmentHandlers::CheckSystemGrant(
    const CallContext& ctx, const v1::SystemGrantRequest& request) {
  RETURN_IF_ERROR(Permitted(ctx, GrantOf(request)));
  RETURN_IF_ERROR(store_.Check(ctx, GrantOf(request)));
  return Empty();
}

StatusOr<google::protobuf::Empty> AssignmentHandlers::CreateSystemGrant(
    const CallContext& ctx, const v1::SystemGrantRequest& request) {
  RETURN_IF_ERROR(Permitted(ctx, GrantOf(request)));
  RETURN_IF_ERROR(store_.Create(ctx, GrantOf(request)));
  return Empty();
}

StatusOr<google::protobuf::Empty> AssignmentHandlers::RevokeSystemGrant(
    const CallContext& ctx, const v1::SystemGrantRequest& request) {
  RETURN_IF_ERROR(Permitted(ctx, GrantOf(request), /*user_may_be_gone=*/true));
  RETURN_IF_ERROR(store_.Revoke(ctx, GrantOf(request)));
  return Empty();
}

}  // namespace tstack::identity::assignments
