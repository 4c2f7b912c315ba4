#include "services/identity/roles/role_handlers.h"

#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"
#include "services/identity/resources/targets.h"
#include "services/identity/resources/validation.h"

namespace tstack::identity::roles {

StatusOr<v1::Role> RoleHandlers::Permitted(const CallContext& ctx, std::string_view role_id,
                                           std::string_view domain_rule) {
  StatusOr<v1::Role> role = store_.Get(ctx, role_id);
  if (!role.ok() && !absl::IsNotFound(role.status())) return role;
  policy::Target target;
  if (role.ok()) AddRole(*role, &target);
  const bool of_domain = role.ok() && role->has_domain_id();
  RETURN_IF_ERROR(of_domain ? policy_.EnforceRule(ctx, domain_rule, target)
                            : policy_.Enforce(ctx, target));
  return role;
}

Status RoleHandlers::List(const CallContext& ctx, const v1::ListRolesRequest& request,
                          const rpc::Sink<v1::Role>& sink) {
  RETURN_IF_ERROR(request.domain_id().empty()
                      ? policy_.Enforce(ctx, ListTarget(ctx))
                      : policy_.EnforceRule(ctx, "identity:list_domain_roles", ListTarget(ctx)));
  return SendPages<v1::Role>(
      ctx, request.marker(), request.limit(),
      [&](const std::string& after, int limit) { return store_.List(ctx, request, after, limit); },
      sink);
}

StatusOr<v1::Role> RoleHandlers::Create(const CallContext& ctx,
                                        const v1::CreateRoleRequest& request) {
  v1::CreateRoleRequest complete = request;
  complete.set_name(Trimmed(request.name()));
  if (request.domain_id().empty()) complete.clear_domain_id();
  RETURN_IF_ERROR(complete.has_domain_id()
                      ? policy_.EnforceRule(ctx, "identity:create_domain_role", {})
                      : policy_.Enforce(ctx, {}));
  RETURN_IF_ERROR(CheckName("role.name", complete.name()));
  return store_.Create(ctx, complete, ids_.HexUuid());
}

StatusOr<v1::Role> RoleHandlers::Show(const CallContext& ctx, const v1::ShowRoleRequest& request) {
  return Permitted(ctx, request.role_id(), "identity:get_domain_role");
}

StatusOr<v1::Role> RoleHandlers::Update(const CallContext& ctx,
                                        const v1::UpdateRoleRequest& request) {
  ASSIGN_OR_RETURN(const v1::Role role,
                   Permitted(ctx, request.role_id(), "identity:update_domain_role"));
  return store_.Update(ctx, role.id(), request.role(), request.update_mask());
}

StatusOr<google::protobuf::Empty> RoleHandlers::Delete(const CallContext& ctx,
                                                       const v1::DeleteRoleRequest& request) {
  ASSIGN_OR_RETURN(const v1::Role role,
                   Permitted(ctx, request.role_id(), "identity:delete_domain_role"));
  RETURN_IF_ERROR(store_.Delete(ctx, role.id()));
  return Empty();
}

void RoleHandlers::Register(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListRolesRequest, v1::Role>(
      "tstack.identity.v1.Roles.ListRoles",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return List(ctx, request, sink);
      });
  handlers->Unary<v1::CreateRoleRequest, v1::Role>(
      "tstack.identity.v1.Roles.CreateRole",
      [this](const auto& ctx, const auto& request) { return Create(ctx, request); });
  handlers->Unary<v1::ShowRoleRequest, v1::Role>(
      "tstack.identity.v1.Roles.ShowRole",
      [this](const auto& ctx, const auto& request) { return Show(ctx, request); });
  handlers->Unary<v1::UpdateRoleRequest, v1::Role>(
      "tstack.identity.v1.Roles.UpdateRole",
      [this](const auto& ctx, const auto& request) { return Update(ctx, request); });
  handlers->Unary<v1::DeleteRoleRequest, Empty>(
      "tstack.identity.v1.Roles.DeleteRole",
      [this](const auto& ctx, const auto& request) { return Delete(ctx, request); });
  RegisterImplied(handlers);
}

}  // namespace tstack::identity::roles
