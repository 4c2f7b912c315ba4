#include "services/identity/auth/sql_bearer.h"

#include <utility>

#include "services/identity/assignments/assignment_store.h"
#include "services/identity/resources/attributes.h"

namespace tstack::identity::auth {
namespace {

using Kind = tokens::Scope::Kind;

constexpr char kProjectByName[] =
    "SELECT id FROM project WHERE is_domain = 0 AND scope = ? AND name = ?";
constexpr char kProjectByNames[] =
    "SELECT p.id FROM project d JOIN project p ON p.scope = d.id AND p.name = ? AND p.is_domain = "
    "0 "
    "WHERE d.scope = '' AND d.is_domain = 1 AND d.name = ?";
constexpr char kDomainByName[] =
    "SELECT id FROM project WHERE is_domain = 1 AND scope = '' AND name = ?";

constexpr char kBearer[] =
    "SELECT s.seq, u.name, u.enabled, d.id, d.name, d.enabled, COALESCE(u.default_project_id, ''), "
    "w.expires_at, "
    "i.invalid_before, "
    "EXISTS (SELECT 1 FROM revoked_token r WHERE (r.audit_id = ? AND r.chain = 0) OR (r.audit_id = "
    "? AND r.chain = 1)), "
    "t.name, t.enabled, td.id, td.name, td.enabled, "
    "NULLIF(GREATEST(COALESCE(d.invalid_before, 0), COALESCE(t.invalid_before, 0), "
    "COALESCE(td.invalid_before, 0)), 0), u.options "
    "FROM auth_seq s JOIN user u ON u.id = ? JOIN project d ON d.id = u.domain_id "
    "LEFT JOIN password w ON w.user_id = u.id LEFT JOIN user_invalidation i ON i.user_id = u.id "
    "LEFT JOIN project t ON t.id = ? AND t.is_domain = ? LEFT JOIN project td ON td.id = "
    "t.domain_id WHERE s.id = 1";

StatusOr<NamedDomain> ReadDomain(const db::Row& row, size_t first) {
  NamedDomain domain;
  ASSIGN_OR_RETURN(domain.id, row.String(first));
  ASSIGN_OR_RETURN(domain.name, row.String(first + 1));
  ASSIGN_OR_RETURN(domain.enabled, row.Bool(first + 2));
  return domain;
}

Status ReadUser(const db::Row& row, Bearer& bearer) {
  ASSIGN_OR_RETURN(bearer.auth_seq, row.Int(0));
  ASSIGN_OR_RETURN(bearer.user_name, row.String(1));
  ASSIGN_OR_RETURN(bearer.user_enabled, row.Bool(2));
  ASSIGN_OR_RETURN(bearer.user_domain, ReadDomain(row, 3));
  ASSIGN_OR_RETURN(bearer.default_project_id, row.String(6));
  ASSIGN_OR_RETURN(bearer.password_expires_at, row.OptionalTime(7));
  ASSIGN_OR_RETURN(bearer.invalid_before, ReadInvalidBefore(row, 8));
  ASSIGN_OR_RETURN(bearer.revoked, row.Bool(9));
  ASSIGN_OR_RETURN(bearer.scope_invalid_before, ReadInvalidBefore(row, 15));
  return MessageFromSql(row, 16, &bearer.user_options);
}

Status ReadScope(const db::Row& row, Bearer& bearer) {
  if (bearer.scope.kind == Kind::kUnscoped || bearer.scope.kind == Kind::kSystem)
    return absl::OkStatus();
  bearer.scope_found = !row.IsNull(10);
  if (!bearer.scope_found) return absl::OkStatus();
  ASSIGN_OR_RETURN(bearer.scope_name, row.String(10));
  ASSIGN_OR_RETURN(bearer.scope_enabled, row.Bool(11));
  if (bearer.scope.kind == Kind::kDomain) return absl::OkStatus();
  ASSIGN_OR_RETURN(bearer.scope_domain, ReadDomain(row, 12));
  return absl::OkStatus();
}

assignments::Target TargetOf(const tokens::Scope& scope) {
  if (scope.kind == Kind::kProject) return assignments::Target::Project(scope.id);
  if (scope.kind == Kind::kDomain) return assignments::Target::Domain(scope.id);
  return assignments::Target::System();
}

// The first column of the first row; "" without rows.
StatusOr<std::string> FirstText(StatusOr<db::Rows> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::string();
  return (*rows)[0].String(0);
}

StatusOr<tokens::Scope> Resolve(db::Transaction& tx, const ScopeRequest& request) {
  const OwnedRef& project = request.project;
  tokens::Scope scope;
  switch (request.kind) {
    case ScopeRequest::Kind::kDefault:
    case ScopeRequest::Kind::kUnscoped:
      return scope;
    case ScopeRequest::Kind::kSystem:
      return tokens::Scope{Kind::kSystem, "all"};
    case ScopeRequest::Kind::kDomain: {
      scope = {Kind::kDomain, request.domain.id};
      if (request.domain.name.empty()) return scope;
      ASSIGN_OR_RETURN(scope.id,
                       FirstText(tx.Query("domain_by_name", kDomainByName, {request.domain.name})));
      return scope;
    }
    case ScopeRequest::Kind::kProject:
      break;
  }
  scope = {Kind::kProject, project.id};
  if (project.name.empty()) return scope;
  const bool by_names = !project.domain.name.empty();
  auto rows =
      by_names ? tx.Query("project_by_names", kProjectByNames, {project.name, project.domain.name})
               : tx.Query("project_by_name", kProjectByName, {project.domain.id, project.name});
  ASSIGN_OR_RETURN(scope.id, FirstText(std::move(rows)));
  return scope;
}

}  // namespace

StatusOr<std::optional<absl::Time>> ReadInvalidBefore(const db::Row& row, size_t column) {
  if (row.IsNull(column)) return std::optional<absl::Time>();
  ASSIGN_OR_RETURN(const int64_t seconds, row.Int(column));
  return std::optional<absl::Time>(absl::FromUnixSeconds(seconds));
}

StatusOr<int64_t> ReadAuthSeq(db::Transaction& tx) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("auth_seq_read", "SELECT seq FROM auth_seq WHERE id = 1"));
  if (rows.empty())
    return Error(StatusCode::kInternal, "AUTH_SEQ_MISSING", "the auth sequence has no row");
  return rows[0].Int(0);
}

StatusOr<std::optional<Bearer>> ReadBearer(db::Transaction& tx, const BearerQuery& query) {
  Bearer bearer;
  bearer.user_id = query.user_id;
  ASSIGN_OR_RETURN(bearer.scope, Resolve(tx, query.scope));
  const bool domain = bearer.scope.kind == Kind::kDomain;
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("bearer_load", kBearer,
                                                 {query.audit_id, query.chain_id, query.user_id,
                                                  bearer.scope.id, int64_t{domain}}));
  if (rows.empty()) return std::optional<Bearer>();
  RETURN_IF_ERROR(ReadUser(rows[0], bearer));
  RETURN_IF_ERROR(ReadScope(rows[0], bearer));
  if (bearer.scope.kind != Kind::kUnscoped && bearer.scope_found) {
    ASSIGN_OR_RETURN(bearer.roles,
                     assignments::EffectiveRoles(tx, query.user_id, TargetOf(bearer.scope)));
  }
  return std::optional<Bearer>(std::move(bearer));
}

}  // namespace tstack::identity::auth
