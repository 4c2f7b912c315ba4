// Role assignments in the schema: what a user may be on a scope.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/assignments.pb.h"
#include "tstack/identity/v1/roles.pb.h"
#include "tstack/identity/v1/tokens.pb.h"

namespace tstack::identity::assignments {

enum class TargetKind : int { kProject = 0, kDomain = 1, kSystem = 2 };

// Where a role is given.
struct Target {
  TargetKind kind = TargetKind::kProject;
  std::string id;  // "" for the system

  static Target Project(std::string_view id) { return {TargetKind::kProject, std::string(id)}; }
  static Target Domain(std::string_view id) { return {TargetKind::kDomain, std::string(id)}; }
  static Target System() { return {TargetKind::kSystem, ""}; }
};

// One grant.
struct Grant {
  std::string user_id;
  Target target;
  std::string role_id;
};

// The roles that a token of `user_id` scoped to `target` carries: granted ones and all that these
// imply, in one statement, by name. Roles of domains count only through what they imply. Empty: no
// such token.
StatusOr<std::vector<v1::TokenRole>> EffectiveRoles(db::Transaction& tx, std::string_view user_id,
                                                    const Target& target);

// Idempotent: for bootstrap. Records the change.
Status EnsureGrant(const CallContext& ctx, db::Transaction& tx, const Grant& grant);

// Thread-safe. Writing methods are one transaction each and recorded for WatchAuth.
class AssignmentStore {
 public:
  virtual ~AssignmentStore() = default;

  // Idempotent. kNotFound naming the role, user, project or domain that does not exist.
  virtual Status Create(const CallContext& ctx, const Grant& grant) = 0;
  // kNotFound with reason GRANT_NOT_FOUND.
  virtual Status Check(const CallContext& ctx, const Grant& grant) = 0;
  virtual Status Revoke(const CallContext& ctx, const Grant& grant) = 0;
  // The granted roles, without implied ones.
  virtual StatusOr<std::vector<v1::Role>> ListRoles(const CallContext& ctx,
                                                    std::string_view user_id,
                                                    const Target& target) = 0;

  // Position in a list of assignments: the last one that was read.
  struct Position {
    std::string user_id;
    std::string target;
    int kind = 0;
    std::string role_id;
  };
  // At most `limit` grants after `position` that match, with implied roles beside them if
  // request.effective; moves `position`, and clears `more` after the last. `only_domain` (may be
  // empty) limits the answer to that domain and its projects.
  virtual StatusOr<std::vector<v1::RoleAssignment>> List(
      const CallContext& ctx, const v1::ListRoleAssignmentsRequest& request,
      std::string_view only_domain, int limit, Position& position, bool& more) = 0;
};

}  // namespace tstack::identity::assignments
