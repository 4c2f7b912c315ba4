#include "services/identity/assignments/assignment_handlers.h"

#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"
#include "services/identity/resources/targets.h"

namespace tstack::identity::assignments {
namespace {

// Remembers the first thing that is missing; other errors end the lookup.
Status Remember(const Status& status, Status* missing) {
  if (!absl::IsNotFound(status)) return status;
  if (missing->ok()) *missing = status;
  return absl::OkStatus();
}

// A domain's role belongs on its domain's projects only.
Status CheckRole(const v1::Role& role, const Target& target, const std::string& domain_id) {
  if (!role.has_domain_id()) return absl::OkStatus();
  if (target.kind == TargetKind::kSystem) {
    return ResourceError(StatusCode::kInvalidArgument, "ROLE_OF_DOMAIN", "role", role.id(),
                         "a role of a domain cannot be given on the system");
  }
  if (target.kind == TargetKind::kProject && domain_id != role.domain_id()) {
    return ResourceError(StatusCode::kPermissionDenied, "ROLE_OF_OTHER_DOMAIN", "role", role.id(),
                         "the role belongs to another domain than the project");
  }
  return absl::OkStatus();
}

Status CheckFilters(const v1::ListRoleAssignmentsRequest& request) {
  const int scopes = (request.project_id().empty() ? 0 : 1) +
                     (request.domain_id().empty() ? 0 : 1) + (request.system().empty() ? 0 : 1);
  if (scopes > 1) return FieldError("scope", "a project, a domain or the system, only one of them");
  if (!request.user_id().empty() && !request.group_id().empty()) {
    return FieldError("group.id", "a user or a group, not both");
  }
  if (request.effective() && !request.group_id().empty()) {
    return FieldError("group.id", "effective assignments are never those of a group");
  }
  if (request.include_subtree() && request.project_id().empty()) {
    return FieldError("scope.project.id", "must be given together with include_subtree");
  }
  return absl::OkStatus();
}

}  // namespace

Status AssignmentHandlers::FindTarget(const CallContext& ctx, const Target& target,
                                      policy::Target* about, std::string* domain_id) {
  if (target.kind == TargetKind::kSystem) return absl::OkStatus();
  if (target.kind == TargetKind::kDomain) {
    ASSIGN_OR_RETURN(const v1::Domain domain, directory_.domains.Get(ctx, target.id));
    AddDomain(domain.id(), about);
    *domain_id = domain.id();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const v1::Project project, directory_.projects.Get(ctx, target.id));
  AddProject(project, about);
  *domain_id = project.domain_id();
  return absl::OkStatus();
}

Status AssignmentHandlers::Permitted(const CallContext& ctx, const Grant& grant,
                                     bool user_may_be_gone) {
  policy::Target about;
  Status missing;
  std::string domain_id;
  std::optional<v1::Role> role;
  if (!grant.role_id.empty()) {
    StatusOr<v1::Role> found = directory_.roles.Get(ctx, grant.role_id);
    RETURN_IF_ERROR(Remember(found.status(), &missing));
    if (found.ok()) {
      AddRole(*found, &about);
      role = *std::move(found);
    }
  }
  const StatusOr<v1::User> user = directory_.users.Get(ctx, grant.user_id);
  Status no_user;
  RETURN_IF_ERROR(Remember(user.status(), user_may_be_gone ? &no_user : &missing));
  if (user.ok()) AddUser(*user, &about);
  RETURN_IF_ERROR(Remember(FindTarget(ctx, grant.target, &about, &domain_id), &missing));
  RETURN_IF_ERROR(policy_.Enforce(ctx, about));
  RETURN_IF_ERROR(missing);
  return role.has_value() ? CheckRole(*role, grant.target, domain_id) : absl::OkStatus();
}

Status AssignmentHandlers::EnforceList(const CallContext& ctx,
                                       const v1::ListRoleAssignmentsRequest& request) {
  if (!request.include_subtree()) return policy_.Enforce(ctx, ListTarget(ctx));
  policy::Target about = ListTarget(ctx);
  const StatusOr<v1::Project> project = directory_.projects.Get(ctx, request.project_id());
  if (!project.ok() && !absl::IsNotFound(project.status())) return project.status();
  if (project.ok()) {
    AddProject(*project, &about);
    about["target.domain_id"] = about["target.project.domain_id"];
  }
  RETURN_IF_ERROR(policy_.EnforceRule(ctx, "identity:list_role_assignments_for_tree", about));
  return request.project_id().empty() ? absl::OkStatus() : project.status();
}

Status AssignmentHandlers::List(const CallContext& ctx,
                                const v1::ListRoleAssignmentsRequest& request,
                                const rpc::Sink<v1::RoleAssignment>& sink) {
  RETURN_IF_ERROR(EnforceList(ctx, request));
  RETURN_IF_ERROR(CheckFilters(request));
  AssignmentStore::Position position;
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(
        const std::vector<v1::RoleAssignment> page,
        store_.List(ctx, request, ctx.request.auth.domain_id(), kPageSize, position, more));
    for (const v1::RoleAssignment& assignment : page) RETURN_IF_ERROR(sink(assignment));
  }
  return absl::OkStatus();
}

void AssignmentHandlers::Register(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListRoleAssignmentsRequest, v1::RoleAssignment>(
      "tstack.identity.v1.Assignments.ListRoleAssignments",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return List(ctx, request, sink);
      });
  handlers->ServerStream<v1::ListGrantsRequest, v1::Role>(
      "tstack.identity.v1.Assignments.ListGrants",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListGrants(ctx, request, sink);
      });
  handlers->Unary<v1::GrantRequest, Empty>(
      "tstack.identity.v1.Assignments.CheckGrant",
      [this](const auto& ctx, const auto& request) { return CheckGrant(ctx, request); });
  handlers->Unary<v1::GrantRequest, Empty>(
      "tstack.identity.v1.Assignments.CreateGrant",
      [this](const auto& ctx, const auto& request) { return CreateGrant(ctx, request); });
  handlers->Unary<v1::GrantRequest, Empty>(
      "tstack.identity.v1.Assignments.RevokeGrant",
      [this](const auto& ctx, const auto& request) { return RevokeGrant(ctx, request); });
  handlers->ServerStream<v1::ListSystemGrantsRequest, v1::Role>(
      "tstack.identity.v1.Assignments.ListSystemGrants",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListSystemGrants(ctx, request, sink);
      });
  handlers->Unary<v1::SystemGrantRequest, Empty>(
      "tstack.identity.v1.Assignments.CheckSystemGrant",
      [this](const auto& ctx, const auto& request) { return CheckSystemGrant(ctx, request); });
  handlers->Unary<v1::SystemGrantRequest, Empty>(
      "tstack.identity.v1.Assignments.CreateSystemGrant",
      [this](const auto& ctx, const auto& request) { return CreateSystemGrant(ctx, request); });
  handlers->Unary<v1::SystemGrantRequest, Empty>(
      "tstack.identity.v1.Assignments.RevokeSystemGrant",
      [this](const auto& ctx, const auto& request) { return RevokeSystemGrant(ctx, request); });
}

}  // namespace tstack::identity::assignments
