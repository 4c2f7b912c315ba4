#include "services/identity/projects/project_handlers.h"

#include <algorithm>
#include <utility>

#include "services/identity/projects/project_tree.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"
#include "services/identity/resources/targets.h"
#include "services/identity/resources/validation.h"

namespace tstack::identity::projects {
namespace {

// The request with everything that a client may leave out; a null counts as left out.
v1::CreateProjectRequest Complete(const CallContext& ctx, v1::CreateProjectRequest request) {
  request.set_name(Trimmed(request.name()));
  if (!request.has_enabled()) request.set_enabled(true);
  if (!request.has_description()) request.set_description("");
  if (request.is_domain()) return request;
  if (!request.has_domain_id()) request.set_domain_id(DomainOfScope(ctx));
  if (!request.has_parent_id()) request.set_parent_id(request.domain_id());
  return request;
}

Status Check(const v1::CreateProjectRequest& request) {
  RETURN_IF_ERROR(CheckName("project.name", request.name()));
  RETURN_IF_ERROR(CheckTags("project.tags", request.tags()));
  if (request.is_domain() && (request.has_parent_id() || request.has_domain_id())) {
    return FieldError("project.is_domain", "only a project without parent and domain can be one");
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<v1::Project> ProjectHandlers::Permitted(const CallContext& ctx,
                                                 std::string_view project_id) {
  StatusOr<v1::Project> project = store_.Get(ctx, project_id);
  if (!project.ok() && !absl::IsNotFound(project.status())) return project;
  policy::Target target;
  if (project.ok()) AddProject(*project, &target);
  RETURN_IF_ERROR(policy_.Enforce(ctx, target));
  return project;
}

Status ProjectHandlers::Send(const CallContext& ctx, const ProjectFilter& filter,
                             const rpc::Sink<v1::Project>& sink) {
  return SendPages<v1::Project>(
      ctx, filter.request.marker(), filter.request.limit(),
      [&](const std::string& after, int limit) { return store_.List(ctx, filter, after, limit); },
      sink);
}

Status ProjectHandlers::List(const CallContext& ctx, const v1::ListProjectsRequest& request,
                             const rpc::Sink<v1::Project>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, ListTarget(ctx)));
  ProjectFilter filter = {.request = request};
  const std::string& own = ctx.request.auth.domain_id();
  if (!own.empty()) {
    // A domain's token sees its domain only.
    if (request.has_domain_id() && request.domain_id() != own) return absl::OkStatus();
    filter.request.set_domain_id(own);
  }
  return Send(ctx, filter, sink);
}

StatusOr<v1::Project> ProjectHandlers::Create(const CallContext& ctx,
                                              const v1::CreateProjectRequest& request) {
  const v1::CreateProjectRequest complete = Complete(ctx, request);
  policy::Target target;
  target["target.project.domain_id"] = complete.has_domain_id() ? complete.domain_id() : "None";
  RETURN_IF_ERROR(policy_.Enforce(ctx, target));
  RETURN_IF_ERROR(Check(complete));
  return store_.Create(ctx, complete, ids_.HexUuid());
}

StatusOr<v1::Project> ProjectHandlers::Show(const CallContext& ctx,
                                            const v1::ShowProjectRequest& request) {
  ASSIGN_OR_RETURN(v1::Project project, Permitted(ctx, request.project_id()));
  if (request.parents_as_ids()) {
    ASSIGN_OR_RETURN(const std::vector<Branch> parents, store_.Parents(ctx, project.id()));
    *project.mutable_parents() = ParentsAsIds(parents);
  }
  if (request.subtree_as_ids()) {
    ASSIGN_OR_RETURN(const std::vector<Branch> subtree, store_.Subtree(ctx, project.id()));
    *project.mutable_subtree() = SubtreeAsIds(project.id(), subtree);
  }
  return project;
}

StatusOr<v1::Project> ProjectHandlers::Update(const CallContext& ctx,
                                              const v1::UpdateProjectRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  RETURN_IF_ERROR(CheckTags("project.tags", request.project().tags()));
  return store_.Update(ctx, project.id(), request.project(), request.update_mask());
}

StatusOr<google::protobuf::Empty> ProjectHandlers::Delete(const CallContext& ctx,
                                                          const v1::DeleteProjectRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  RETURN_IF_ERROR(store_.Delete(ctx, project.id()));
  return Empty();
}

Status ProjectHandlers::ListOfUser(const CallContext& ctx,
                                   const v1::ListUserProjectsRequest& request,
                                   const rpc::Sink<v1::Project>& sink) {
  const StatusOr<v1::User> user = users_.Get(ctx, request.user_id());
  if (!user.ok() && !absl::IsNotFound(user.status())) return user.status();
  policy::Target target;
  if (user.ok()) AddUser(*user, &target);
  RETURN_IF_ERROR(policy_.Enforce(ctx, target));
  RETURN_IF_ERROR(user.status());

  ProjectFilter filter = {.request = {}, .user_id = user->id()};
  *filter.request.mutable_name() = request.name();
  if (request.has_domain_id()) filter.request.set_domain_id(request.domain_id());
  if (request.has_enabled()) filter.request.set_enabled(request.enabled());
  filter.request.set_limit(request.limit());
  filter.request.set_marker(request.marker());
  return Send(ctx, filter, sink);
}

Status ProjectHandlers::ListOfCaller(const CallContext& ctx, const v1::ListAuthProjectsRequest&,
                                     const rpc::Sink<v1::Project>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  ProjectFilter filter = {.request = {}, .user_id = ctx.request.auth.user_id()};
  filter.request.set_enabled(true);
  return Send(ctx, filter, sink);
}

void ProjectHandlers::Register(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListProjectsRequest, v1::Project>(
      "tstack.identity.v1.Projects.ListProjects",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return List(ctx, request, sink);
      });
  handlers->Unary<v1::CreateProjectRequest, v1::Project>(
      "tstack.identity.v1.Projects.CreateProject",
      [this](const auto& ctx, const auto& request) { return Create(ctx, request); });
  handlers->Unary<v1::ShowProjectRequest, v1::Project>(
      "tstack.identity.v1.Projects.ShowProject",
      [this](const auto& ctx, const auto& request) { return Show(ctx, request); });
  handlers->Unary<v1::UpdateProjectRequest, v1::Project>(
      "tstack.identity.v1.Projects.UpdateProject",
      [this](const auto& ctx, const auto& request) { return Update(ctx, request); });
  handlers->Unary<v1::DeleteProjectRequest, Empty>(
      "tstack.identity.v1.Projects.DeleteProject",
      [this](const auto& ctx, const auto& request) { return Delete(ctx, request); });
  handlers->ServerStream<v1::ListUserProjectsRequest, v1::Project>(
      "tstack.identity.v1.Projects.ListUserProjects",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListOfUser(ctx, request, sink);
      });
  handlers->ServerStream<v1::ListAuthProjectsRequest, v1::Project>(
      "tstack.identity.v1.Projects.ListAuthProjects",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListOfCaller(ctx, request, sink);
      });
  RegisterTags(handlers);
}

}  // namespace tstack::identity::projects
