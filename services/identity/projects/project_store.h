// Projects in the schema: rows inside a transaction of somebody else, and the store of the REST
// API.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/projects.pb.h"

namespace tstack::identity::projects {

// Levels of projects below a domain.
inline constexpr int kMaxDepth = 5;

// What a list is filtered by. `user_id`: only enabled-or-not projects on which that user has a
// role.
struct ProjectFilter {
  v1::ListProjectsRequest request;
  std::string user_id;
};

// An id and its parent's.
struct Branch {
  std::string id;
  std::string parent_id;
};

// Thread-safe. Every writing method is one transaction, recorded for WatchAuth where it can make a
// token untrue. Names compare as the schema's collation does: without regard to case, accents and
// trailing spaces.
class ProjectStore {
 public:
  virtual ~ProjectStore() = default;

  // `request` is complete (domain, parent, trimmed name). Repeats with the same Idempotency-Key
  // give the first answer. kAlreadyExists PROJECT_EXISTS; kInvalidArgument for an unknown domain or
  // parent, a parent of another domain, a disabled branch; kPermissionDenied PROJECT_TOO_DEEP.
  virtual StatusOr<v1::Project> Create(const CallContext& ctx,
                                       const v1::CreateProjectRequest& request,
                                       std::string_view id) = 0;
  virtual StatusOr<v1::Project> Get(const CallContext& ctx, std::string_view id) = 0;
  // At most `limit` projects by id, all above `after` that match.
  virtual StatusOr<std::vector<v1::Project>> List(const CallContext& ctx,
                                                  const ProjectFilter& filter,
                                                  std::string_view after, int limit) = 0;
  // Changes what `mask` names. kPermissionDenied if immutable, or if it would disable a project
  // with enabled children, or enable one below a disabled one.
  virtual StatusOr<v1::Project> Update(const CallContext& ctx, std::string_view id,
                                       const v1::ProjectChanges& changes,
                                       const google::protobuf::FieldMask& mask) = 0;
  // With its tags and grants. kPermissionDenied if immutable or not a leaf. A disabled domain goes
  // with all that it contains.
  virtual Status Delete(const CallContext& ctx, std::string_view id) = 0;

  // From the parent up to the domain; from the children down, in no order.
  virtual StatusOr<std::vector<Branch>> Parents(const CallContext& ctx, std::string_view id) = 0;
  virtual StatusOr<std::vector<Branch>> Subtree(const CallContext& ctx, std::string_view id) = 0;

  // All tags at once. kInvalidArgument beyond 80.
  virtual Status ReplaceTags(const CallContext& ctx, std::string_view id,
                             const std::vector<std::string>& tags) = 0;
  virtual Status AddTag(const CallContext& ctx, std::string_view id, std::string_view tag) = 0;
  // kNotFound with reason TAG_NOT_FOUND if the project has no such tag.
  virtual Status RemoveTag(const CallContext& ctx, std::string_view id, std::string_view tag) = 0;
};

}  // namespace tstack::identity::projects
