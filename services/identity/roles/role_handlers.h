// The rpcs of tstack.identity.v1.Roles.
#pragma once

#include "google/protobuf/empty.pb.h"

#include "common/ids/ids.h"
#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/roles/role_store.h"

namespace tstack::identity::roles {

// Thread-safe; everything given must outlive it. A role of a domain is judged by the rules
// identity:…_domain_role instead of the route's own.
class RoleHandlers {
 public:
  RoleHandlers(RoleStore& store, const policy::Engine& policy, IdSource& ids)
      : store_(store), policy_(policy), ids_(ids) {}

  using Empty = google::protobuf::Empty;

  Status List(const CallContext& ctx, const v1::ListRolesRequest& request,
              const rpc::Sink<v1::Role>& sink);
  StatusOr<v1::Role> Create(const CallContext& ctx, const v1::CreateRoleRequest& request);
  StatusOr<v1::Role> Show(const CallContext& ctx, const v1::ShowRoleRequest& request);
  StatusOr<v1::Role> Update(const CallContext& ctx, const v1::UpdateRoleRequest& request);
  StatusOr<Empty> Delete(const CallContext& ctx, const v1::DeleteRoleRequest& request);

  StatusOr<v1::ImpliedRoleList> ListImplied(const CallContext& ctx,
                                            const v1::ListImpliedRolesRequest& request);
  StatusOr<v1::ImpliedRole> CreateImplied(const CallContext& ctx,
                                          const v1::ImpliedRoleRequest& request);
  StatusOr<v1::ImpliedRole> ShowImplied(const CallContext& ctx,
                                        const v1::ImpliedRoleRequest& request);
  StatusOr<Empty> CheckImplied(const CallContext& ctx, const v1::ImpliedRoleRequest& request);
  StatusOr<Empty> DeleteImplied(const CallContext& ctx, const v1::ImpliedRoleRequest& request);
  StatusOr<v1::RoleInferenceList> ListInferences(const CallContext& ctx,
                                                 const v1::ListRoleInferencesRequest& request);

  void Register(rpc::Handlers* handlers);

 private:
  StatusOr<v1::Role> Permitted(const CallContext& ctx, std::string_view role_id,
                               std::string_view domain_rule);
  void RegisterImplied(rpc::Handlers* handlers);

  RoleStore& store_;
  const policy::Engine& policy_;
  IdSource& ids_;
};

}  // namespace tstack::identity::roles
