// The rpcs of tstack.identity.v1.Assignments.
#pragma once

#include "google/protobuf/empty.pb.h"

#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/assignments/assignment_store.h"
#include "services/identity/domains/domain_store.h"
#include "services/identity/projects/project_store.h"
#include "services/identity/roles/role_store.h"
#include "services/identity/users/user_store.h"

namespace tstack::identity::assignments {

// Where the handlers look up what a grant names; all must outlive them.
struct Directory {
  domains::DomainStore& domains;
  projects::ProjectStore& projects;
  roles::RoleStore& roles;
  users::UserStore& users;
};

// Thread-safe; everything given must outlive it.
class AssignmentHandlers {
 public:
  AssignmentHandlers(AssignmentStore& store, Directory directory, const policy::Engine& policy)
      : store_(store), directory_(directory), policy_(policy) {}

  using Empty = google::protobuf::Empty;

  Status List(const CallContext& ctx, const v1::ListRoleAssignmentsRequest& request,
              const rpc::Sink<v1::RoleAssignment>& sink);
  Status ListGrants(const CallContext& ctx, const v1::ListGrantsRequest& request,
                    const rpc::Sink<v1::Role>& sink);
  StatusOr<Empty> CheckGrant(const CallContext& ctx, const v1::GrantRequest& request);
  StatusOr<Empty> CreateGrant(const CallContext& ctx, const v1::GrantRequest& request);
  StatusOr<Empty> RevokeGrant(const CallContext& ctx, const v1::GrantRequest& request);
  Status ListSystemGrants(const CallContext& ctx, const v1::ListSystemGrantsRequest& request,
                          const rpc::Sink<v1::Role>& sink);
  StatusOr<Empty> CheckSystemGrant(const CallContext& ctx, const v1::SystemGrantRequest& request);
  StatusOr<Empty> CreateSystemGrant(const CallContext& ctx, const v1::SystemGrantRequest& request);
  StatusOr<Empty> RevokeSystemGrant(const CallContext& ctx, const v1::SystemGrantRequest& request);

  void Register(rpc::Handlers* handlers);

 private:
  // Looks up everything that the grant names, asks the policy about what was found, and only then
  // tells what is missing. Without a role_id: about all grants of the user there. With
  // `user_may_be_gone` a missing user is no error: its grants can still be revoked.
  Status Permitted(const CallContext& ctx, const Grant& grant, bool user_may_be_gone = false);
  Status FindTarget(const CallContext& ctx, const Target& target, policy::Target* about,
                    std::string* domain_id);
  Status Send(const CallContext& ctx, std::string_view user_id, const Target& target,
              const rpc::Sink<v1::Role>& sink);
  Status EnforceList(const CallContext& ctx, const v1::ListRoleAssignmentsRequest& request);

  AssignmentStore& store_;
  Directory directory_;
  const policy::Engine& policy_;
};

}  // namespace tstack::identity::assignments
