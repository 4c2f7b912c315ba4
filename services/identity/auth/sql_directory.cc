#include "services/identity/auth/sql_directory.h"

#include <utility>

#include "services/identity/assignments/assignment_store.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/catalog/catalog_store.h"

namespace tstack::identity::auth {
namespace {

using Kind = tokens::Scope::Kind;

// A domain is a project with is_domain; its `scope` is "", that of a project its domain's id.
#define TSTACK_ACCOUNT_SELECT                                                                    \
  "SELECT u.id, u.enabled AND d.enabled, COALESCE(w.hash, ''), "                                 \
  "COALESCE(w.expires_at <= UTC_TIMESTAMP(6), 0), COALESCE(w.failed_count, 0), "                 \
  "COALESCE(? > 0 AND w.failed_count >= ? AND w.last_failed_at > UTC_TIMESTAMP(6) - INTERVAL ? " \
  "SECOND, 0), "                                                                                 \
  "i.invalid_before "                                                                            \
  "FROM user u JOIN project d ON d.id = u.domain_id AND d.is_domain = 1 "                        \
  "LEFT JOIN password w ON w.user_id = u.id LEFT JOIN user_invalidation i ON i.user_id = u.id "  \
  "WHERE "

constexpr char kAccountById[] = TSTACK_ACCOUNT_SELECT "u.id = ?";
constexpr char kAccountByName[] = TSTACK_ACCOUNT_SELECT "u.domain_id = ? AND u.name = ?";
constexpr char kAccountByNames[] =
    TSTACK_ACCOUNT_SELECT "d.scope = '' AND d.name = ? AND u.name = ?";
#undef TSTACK_ACCOUNT_SELECT

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
    "t.name, t.enabled, td.id, td.name, td.enabled "
    "FROM auth_seq s JOIN user u ON u.id = ? JOIN project d ON d.id = u.domain_id "
    "LEFT JOIN password w ON w.user_id = u.id LEFT JOIN user_invalidation i ON i.user_id = u.id "
    "LEFT JOIN project t ON t.id = ? AND t.is_domain = ? LEFT JOIN project td ON td.id = "
    "t.domain_id WHERE s.id = 1";

// Once the lock has passed, counting starts again; a locked account is not counted at all.
constexpr char kRecordFailure[] =
    "UPDATE password SET failed_count = IF(failed_count >= ?, 1, failed_count + 1), last_failed_at "
    "= UTC_TIMESTAMP(6) "
    "WHERE user_id = ?";
constexpr char kClearFailures[] =
    "UPDATE password SET failed_count = 0, last_failed_at = NULL WHERE user_id = ?";
constexpr char kRevoke[] =
    "INSERT INTO revoked_token (audit_id, chain, expires_at) VALUES (?, ?, ?) "
    "ON DUPLICATE KEY UPDATE expires_at = GREATEST(expires_at, VALUES(expires_at))";

StatusOr<std::optional<absl::Time>> InvalidBefore(const db::Row& row, size_t column) {
  if (row.IsNull(column)) return std::optional<absl::Time>();
  ASSIGN_OR_RETURN(const int64_t seconds, row.Int(column));
  return std::optional<absl::Time>(absl::FromUnixSeconds(seconds));
}

StatusOr<Account> ReadAccount(const db::Row& row) {
  Account account;
  ASSIGN_OR_RETURN(account.user_id, row.String(0));
  ASSIGN_OR_RETURN(account.enabled, row.Bool(1));
  ASSIGN_OR_RETURN(account.hash, row.String(2));
  ASSIGN_OR_RETURN(account.password_expired, row.Bool(3));
  ASSIGN_OR_RETURN(const int64_t failed_count, row.Int(4));
  account.failed_count = static_cast<int>(failed_count);
  ASSIGN_OR_RETURN(account.locked, row.Bool(5));
  ASSIGN_OR_RETURN(account.invalid_before, InvalidBefore(row, 6));
  return account;
}

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
  ASSIGN_OR_RETURN(bearer.invalid_before, InvalidBefore(row, 8));
  ASSIGN_OR_RETURN(bearer.revoked, row.Bool(9));
  return absl::OkStatus();
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

class SqlDirectory final : public Directory {
 public:
  SqlDirectory(db::Database& database, IdSource& ids, const LockoutRules& lockout)
      : database_(database), ids_(ids), lockout_(lockout) {}

  StatusOr<std::optional<Account>> FindAccount(const CallContext& ctx,
                                               const OwnedRef& user) override {
    std::optional<Account> account;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      account.reset();
      ASSIGN_OR_RETURN(const db::Rows rows, QueryAccount(tx, user));
      if (rows.empty()) return absl::OkStatus();
      ASSIGN_OR_RETURN(account, ReadAccount(rows[0]));
      return absl::OkStatus();
    }));
    return account;
  }

  StatusOr<std::optional<Bearer>> Load(const CallContext& ctx, const BearerQuery& query) override {
    std::optional<Bearer> bearer;
    RETURN_IF_ERROR(database_.Read(ctx, db::Freshness::kLocal, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(bearer, LoadIn(tx, query));
      return absl::OkStatus();
    }));
    return bearer;
  }

  StatusOr<std::vector<v1::CatalogService>> Catalog(const CallContext& ctx,
                                                    std::string_view project_id,
                                                    std::string_view user_id) override {
    std::vector<v1::CatalogService> services;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(services, catalog::ReadCatalog(tx));
      return absl::OkStatus();
    }));
    return catalog::FillCatalog(services, project_id, user_id);
  }

  Status RecordFailure(const CallContext& ctx, std::string_view user_id) override {
    return Write(ctx, [&](db::Transaction& tx) {
      return tx
          .Execute("password_failed", kRecordFailure,
                   {int64_t{lockout_.failures}, std::string(user_id)})
          .status();
    });
  }

  Status ClearFailures(const CallContext& ctx, std::string_view user_id) override {
    return Write(ctx, [&](db::Transaction& tx) {
      return tx.Execute("password_succeeded", kClearFailures, {std::string(user_id)}).status();
    });
  }

  Status RevokeToken(const CallContext& ctx, std::string_view audit_id, bool chain,
                     absl::Time until) override {
    return Write(ctx, [&](db::Transaction& tx) -> Status {
      RETURN_IF_ERROR(
          tx.Execute("token_revoke", kRevoke, {std::string(audit_id), int64_t{chain}, until})
              .status());
      return RecordChange(ctx, tx, v1::TOKEN, audit_id);
    });
  }

 private:
  StatusOr<db::Rows> QueryAccount(db::Transaction& tx, const OwnedRef& user) const {
    std::vector<db::Value> parameters = {int64_t{lockout_.failures}, int64_t{lockout_.failures},
                                         absl::ToInt64Seconds(lockout_.duration)};
    if (user.name.empty()) {
      parameters.emplace_back(user.id);
      return tx.Query("account_by_id", kAccountById, std::move(parameters));
    }
    const bool by_names = !user.domain.name.empty();
    parameters.emplace_back(by_names ? user.domain.name : user.domain.id);
    parameters.emplace_back(user.name);
    return by_names ? tx.Query("account_by_names", kAccountByNames, std::move(parameters))
                    : tx.Query("account_by_name", kAccountByName, std::move(parameters));
  }

  static StatusOr<std::optional<Bearer>> LoadIn(db::Transaction& tx, const BearerQuery& query) {
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

  Status Write(const CallContext& ctx, const db::TransactionBody& body) {
    return database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), body);
  }

  db::Database& database_;
  IdSource& ids_;
  const LockoutRules lockout_;
};

}  // namespace

std::unique_ptr<Directory> MakeSqlDirectory(db::Database& database, IdSource& ids,
                                            const LockoutRules& lockout) {
  return std::make_unique<SqlDirectory>(database, ids, lockout);
}

}  // namespace tstack::identity::auth
