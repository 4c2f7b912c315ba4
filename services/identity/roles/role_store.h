// Roles and implications in the schema: rows inside a transaction of somebody else, and the store
// of the REST API.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/roles.pb.h"

namespace tstack::identity::roles {

// One rule: who has `prior` has `implied` too.
struct Implication {
  v1::RoleReference prior;
  v1::RoleReference implied;
};

// Thread-safe. Every writing method is one transaction, recorded for WatchAuth where it can make a
// token untrue.
class RoleStore {
 public:
  virtual ~RoleStore() = default;

  // `request` is complete (trimmed name). kAlreadyExists ROLE_EXISTS for a name that the domain (or
  // the whole cloud) has; kInvalidArgument DOMAIN_UNKNOWN.
  virtual StatusOr<v1::Role> Create(const CallContext& ctx, const v1::CreateRoleRequest& request,
                                    std::string_view id) = 0;
  virtual StatusOr<v1::Role> Get(const CallContext& ctx, std::string_view id) = 0;
  // At most `limit` roles by id, all above `after` that match: of request.domain_id, or of the
  // whole cloud.
  virtual StatusOr<std::vector<v1::Role>> List(const CallContext& ctx,
                                               const v1::ListRolesRequest& request,
                                               std::string_view after, int limit) = 0;
  // Changes what `mask` names. kPermissionDenied RESOURCE_IMMUTABLE.
  virtual StatusOr<v1::Role> Update(const CallContext& ctx, std::string_view id,
                                    const v1::RoleChanges& changes,
                                    const google::protobuf::FieldMask& mask) = 0;
  // With all grants and implications of it. kPermissionDenied RESOURCE_IMMUTABLE.
  virtual Status Delete(const CallContext& ctx, std::string_view id) = 0;

  // Idempotent. kNotFound for an unknown role; kPermissionDenied ROLE_CANNOT_BE_IMPLIED for a role
  // of a domain as the implied one.
  virtual StatusOr<Implication> AddImplication(const CallContext& ctx, std::string_view prior,
                                               std::string_view implied) = 0;
  // kNotFound with reason IMPLICATION_NOT_FOUND.
  virtual StatusOr<Implication> GetImplication(const CallContext& ctx, std::string_view prior,
                                               std::string_view implied) = 0;
  virtual Status RemoveImplication(const CallContext& ctx, std::string_view prior,
                                   std::string_view implied) = 0;
  // Of one prior role, or of all if `prior` is empty; by prior, then implied id.
  virtual StatusOr<std::vector<Implication>> ListImplications(const CallContext& ctx,
                                                              std::string_view prior) = 0;
};

}  // namespace tstack::identity::roles
