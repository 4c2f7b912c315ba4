#include "services/identity/assignments/sql_assignment_store.h"

#include <utility>

#include "services/identity/assignments/assignment_rows.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"
#include "services/identity/roles/role_rows.h"

namespace tstack::identity::assignments {
namespace {

constexpr std::string_view kSystem = "system";

// The value of column `target`.
std::string KeyOf(const Target& target) {
  return target.kind == TargetKind::kSystem ? std::string(kSystem) : target.id;
}

std::vector<db::Value> KeyValues(const Grant& grant) {
  return {grant.user_id, KeyOf(grant.target), static_cast<int64_t>(grant.target.kind),
          grant.role_id};
}

bool Plausible(const Grant& grant) {
  return PlausibleId(grant.user_id) && PlausibleId(grant.role_id) &&
         PlausibleId(KeyOf(grant.target));
}

Status NoGrant(const Grant& grant) {
  return ResourceError(StatusCode::kNotFound, "GRANT_NOT_FOUND", "role assignment", PathOf(grant),
                       "there is no role assignment " + PathOf(grant));
}

// A foreign key refused the grant: what it names has gone.
Status Explain(const Status& status, const Grant& grant) {
  const std::string key = ForeignKeyOf(status);
  if (key.empty()) return status;
  if (key.find("user") != std::string::npos) return NotFound("user", grant.user_id);
  if (key.find("role") != std::string::npos) return NotFound("role", grant.role_id);
  const bool domain = grant.target.kind == TargetKind::kDomain;
  return NotFound(domain ? "domain" : "project", grant.target.id);
}

// The roles held directly and whatever they imply; UNION drops repeats, so cycles end.
constexpr std::string_view kEffective =
    "WITH RECURSIVE held (id) AS (SELECT a.role_id FROM assignment a WHERE a.user_id = ? AND "
    "a.target = ? AND a.target_kind = ? UNION SELECT i.implied_role_id FROM held h "
    "JOIN implied_role i ON i.prior_role_id = h.id) "
    "SELECT r.id, r.name FROM held JOIN role r ON r.id = held.id WHERE r.domain_id IS NULL "
    "ORDER BY r.name";

class SqlAssignmentStore final : public AssignmentStore {
 public:
  SqlAssignmentStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  Status Create(const CallContext& ctx, const Grant& grant) override {
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(),
        [&](db::Transaction& tx) -> Status { return EnsureGrant(ctx, tx, grant); });
  }

  Status Check(const CallContext& ctx, const Grant& grant) override {
    if (!Plausible(grant)) return NoGrant(grant);
    ASSIGN_OR_RETURN(const db::Rows rows,
                     Select(ctx, database_, "assignment_check",
                            "SELECT 1 FROM assignment WHERE user_id = ? AND target = ? AND "
                            "target_kind = ? AND role_id = ?",
                            KeyValues(grant)));
    return rows.empty() ? NoGrant(grant) : absl::OkStatus();
  }

  Status Revoke(const CallContext& ctx, const Grant& grant) override {
    if (!Plausible(grant)) return NoGrant(grant);
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const int64_t rows,
                           tx.Execute("assignment_delete",
                                      "DELETE FROM assignment WHERE user_id = ? AND target = ? AND "
                                      "target_kind = ? AND role_id = ?",
                                      KeyValues(grant)));
          if (rows == 0) return NoGrant(grant);
          return auth::RecordChange(ctx, tx, v1::ASSIGNMENT, grant.user_id);
        });
  }

  StatusOr<std::vector<v1::Role>> ListRoles(const CallContext& ctx, std::string_view user_id,
                                            const Target& target) override {
    return AllOf(
        Select(ctx, database_, "assignment_roles",
               "SELECT " TSTACK_ROLE_COLUMNS "FROM assignment a JOIN role r ON r.id = a.role_id "
               "WHERE a.user_id = ? AND a.target = ? AND a.target_kind = ? ORDER BY r.id",
               {std::string(user_id), KeyOf(target), static_cast<int64_t>(target.kind)}),
        roles::ReadRole);
  }

  StatusOr<std::vector<v1::RoleAssignment>> List(const CallContext& ctx,
                                                 const v1::ListRoleAssignmentsRequest& request,
                                                 std::string_view only_domain, int limit,
                                                 Position& position, bool& more) override {
    const Conditions conditions = GrantConditions(request, only_domain, position);
    std::vector<GrantRow> grants;
    std::vector<roles::Implication> rules;
    RETURN_IF_ERROR(database_.Read(ctx, db::Freshness::kLocal, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(grants, ReadGrants(tx, conditions, limit));
      if (request.effective()) {
        ASSIGN_OR_RETURN(rules, roles::ReadImplications(tx, "", ""));
      }
      return absl::OkStatus();
    }));
    more = grants.size() == static_cast<size_t>(limit);
    const Implications implications(rules);
    std::vector<v1::RoleAssignment> views;
    for (const GrantRow& row : grants) AppendViews(request, row, implications, &views);
    if (!grants.empty()) {
      const Grant& last = grants.back().grant;
      // As stored: the system's key included.
      position = {last.user_id, last.target.id, static_cast<int>(last.target.kind), last.role_id};
    }
    return views;
  }

 private:
  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

StatusOr<std::vector<v1::TokenRole>> EffectiveRoles(db::Transaction& tx, std::string_view user_id,
                                                    const Target& target) {
  std::vector<v1::TokenRole> roles;
  if (!PlausibleId(user_id) || !PlausibleId(KeyOf(target))) return roles;
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("assignment_effective", kEffective,
                                                 {std::string(user_id), KeyOf(target),
                                                  static_cast<int64_t>(target.kind)}));
  for (const db::Row& row : rows) {
    v1::TokenRole& role = roles.emplace_back();
    ASSIGN_OR_RETURN(*role.mutable_id(), row.String(0));
    ASSIGN_OR_RETURN(*role.mutable_name(), row.String(1));
  }
  return roles;
}

Status EnsureGrant(const CallContext& ctx, db::Transaction& tx, const Grant& grant) {
  if (!Plausible(grant)) return NoGrant(grant);
  std::vector<db::Value> values = KeyValues(grant);
  values.push_back(OptionalToSql(grant.target.kind != TargetKind::kSystem, grant.target.id));
  // ON DUPLICATE KEY and not IGNORE: a foreign key must still refuse.
  RETURN_IF_ERROR(Explain(
      tx.Execute("assignment_insert",
                 "INSERT INTO assignment (user_id, target, target_kind, role_id, target_id) "
                 "VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE role_id = VALUES(role_id)",
                 std::move(values))
          .status(),
      grant));
  return auth::RecordChange(ctx, tx, v1::ASSIGNMENT, grant.user_id);
}

std::unique_ptr<AssignmentStore> MakeSqlAssignmentStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlAssignmentStore>(database, ids);
}

}  // namespace tstack::identity::assignments
