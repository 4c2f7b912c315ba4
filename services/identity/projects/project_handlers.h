// The rpcs of tstack.identity.v1.Projects.
#pragma once

#include "google/protobuf/empty.pb.h"

#include "common/ids/ids.h"
#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/projects/project_store.h"
#include "services/identity/users/user_store.h"

namespace tstack::identity::projects {

// Thread-safe; everything given must outlive it.
class ProjectHandlers {
 public:
  ProjectHandlers(ProjectStore& store, users::UserStore& users, const policy::Engine& policy,
                  IdSource& ids)
      : store_(store), users_(users), policy_(policy), ids_(ids) {}

  using Empty = google::protobuf::Empty;

  Status List(const CallContext& ctx, const v1::ListProjectsRequest& request,
              const rpc::Sink<v1::Project>& sink);
  StatusOr<v1::Project> Create(const CallContext& ctx, const v1::CreateProjectRequest& request);
  StatusOr<v1::Project> Show(const CallContext& ctx, const v1::ShowProjectRequest& request);
  StatusOr<v1::Project> Update(const CallContext& ctx, const v1::UpdateProjectRequest& request);
  StatusOr<Empty> Delete(const CallContext& ctx, const v1::DeleteProjectRequest& request);
  Status ListOfUser(const CallContext& ctx, const v1::ListUserProjectsRequest& request,
                    const rpc::Sink<v1::Project>& sink);
  Status ListOfCaller(const CallContext& ctx, const v1::ListAuthProjectsRequest& request,
                      const rpc::Sink<v1::Project>& sink);

  StatusOr<v1::ProjectTags> ListTags(const CallContext& ctx,
                                     const v1::ListProjectTagsRequest& request);
  StatusOr<v1::ProjectTags> ReplaceTags(const CallContext& ctx,
                                        const v1::ReplaceProjectTagsRequest& request);
  StatusOr<Empty> DeleteTags(const CallContext& ctx, const v1::DeleteProjectTagsRequest& request);
  StatusOr<Empty> CheckTag(const CallContext& ctx, const v1::CheckProjectTagRequest& request);
  StatusOr<Empty> AddTag(const CallContext& ctx, const v1::AddProjectTagRequest& request);
  StatusOr<Empty> RemoveTag(const CallContext& ctx, const v1::RemoveProjectTagRequest& request);

  void Register(rpc::Handlers* handlers);

 private:
  // Asks the policy about the project as it is; about none in particular if there is none.
  StatusOr<v1::Project> Permitted(const CallContext& ctx, std::string_view project_id);
  Status Send(const CallContext& ctx, const ProjectFilter& filter,
              const rpc::Sink<v1::Project>& sink);
  void RegisterTags(rpc::Handlers* handlers);

  ProjectStore& store_;
  users::UserStore& users_;
  const policy::Engine& policy_;
  IdSource& ids_;
};

}  // namespace tstack::identity::projects
