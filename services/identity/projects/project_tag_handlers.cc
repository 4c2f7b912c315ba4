// The tag rpcs of ProjectHandlers.
#include <algorithm>

#include "services/identity/projects/project_handlers.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/validation.h"

namespace tstack::identity::projects {

using google::protobuf::Empty;

StatusOr<v1::ProjectTags> ProjectHandlers::ListTags(const CallContext& ctx,
                                                    const v1::ListProjectTagsRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  v1::ProjectTags tags;
  tags.set_project_id(project.id());
  *tags.mutable_tags() = project.tags();
  return tags;
}

StatusOr<v1::ProjectTags> ProjectHandlers::ReplaceTags(
    const CallContext& ctx, const v1::ReplaceProjectTagsRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  RETURN_IF_ERROR(CheckTags("tags", request.tags()));
  RETURN_IF_ERROR(
      store_.ReplaceTags(ctx, project.id(), {request.tags().begin(), request.tags().end()}));
  v1::ProjectTags tags;
  tags.set_project_id(project.id());
  *tags.mutable_tags() = request.tags();
  return tags;
}

StatusOr<Empty> ProjectHandlers::DeleteTags(const CallContext& ctx,
                                            const v1::DeleteProjectTagsRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  RETURN_IF_ERROR(store_.ReplaceTags(ctx, project.id(), {}));
  return Empty();
}

StatusOr<Empty> ProjectHandlers::CheckTag(const CallContext& ctx,
                                          const v1::CheckProjectTagRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  const auto& tags = project.tags();
  if (std::find(tags.begin(), tags.end(), request.tag()) == tags.end()) {
    return NotFound("tag", request.tag());
  }
  return Empty();
}

StatusOr<Empty> ProjectHandlers::AddTag(const CallContext& ctx,
                                        const v1::AddProjectTagRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  RETURN_IF_ERROR(CheckTagText("tag", request.tag()));
  RETURN_IF_ERROR(store_.AddTag(ctx, project.id(), request.tag()));
  return Empty();
}

StatusOr<Empty> ProjectHandlers::RemoveTag(const CallContext& ctx,
                                           const v1::RemoveProjectTagRequest& request) {
  ASSIGN_OR_RETURN(const v1::Project project, Permitted(ctx, request.project_id()));
  RETURN_IF_ERROR(store_.RemoveTag(ctx, project.id(), request.tag()));
  return Empty();
}

void ProjectHandlers::RegisterTags(rpc::Handlers* handlers) {
  handlers->Unary<v1::ListProjectTagsRequest, v1::ProjectTags>(
      "tstack.identity.v1.Projects.ListProjectTags",
      [this](const auto& ctx, const auto& request) { return ListTags(ctx, request); });
  handlers->Unary<v1::ReplaceProjectTagsRequest, v1::ProjectTags>(
      "tstack.identity.v1.Projects.ReplaceProjectTags",
      [this](const auto& ctx, const auto& request) { return ReplaceTags(ctx, request); });
  handlers->Unary<v1::DeleteProjectTagsRequest, Empty>(
      "tstack.identity.v1.Projects.DeleteProjectTags",
      [this](const auto& ctx, const auto& request) { return DeleteTags(ctx, request); });
  handlers->Unary<v1::CheckProjectTagRequest, Empty>(
      "tstack.identity.v1.Projects.CheckProjectTag",
      [this](const auto& ctx, const auto& request) { return CheckTag(ctx, request); });
  handlers->Unary<v1::AddProjectTagRequest, Empty>(
      "tstack.identity.v1.Projects.AddProjectTag",
      [this](const auto& ctx, const auto& request) { return AddTag(ctx, request); });
  handlers->Unary<v1::RemoveProjectTagRequest, Empty>(
      "tstack.identity.v1.Projects.RemoveProjectTag",
      [this](const auto& ctx, const auto& request) { return RemoveTag(ctx, request); });
}

}  // namespace tstack::identity::projects
