#include "services/identity/bootstrap/first_rows.h"

#include "services/identity/auth/change_log.h"

namespace tstack::identity::bootstrap {
namespace {

constexpr const char* kRoleNames[] = {"admin", "member", "reader", "service"};

// A no-op update instead of IGNORE, which would hide other errors.
constexpr char kDomain[] =
    "INSERT INTO project (id, is_domain, depth, scope, name, description, enabled, created_at) "
    "VALUES ('default', 1, 0, '', 'Default', 'The default domain', 1, UTC_TIMESTAMP(6)) ON "
    "DUPLICATE KEY UPDATE id = id";
constexpr char kProject[] =
    "INSERT INTO project (id, is_domain, domain_id, parent_id, depth, scope, name, description, "
    "enabled, created_at) "
    "VALUES (?, 0, 'default', 'default', 1, 'default', ?, 'Made when the cloud was set up', 1, "
    "UTC_TIMESTAMP(6)) ON DUPLICATE "
    "KEY UPDATE id = id";
constexpr char kUser[] =
    "INSERT INTO user (id, domain_id, name, enabled, created_at) VALUES (?, 'default', ?, 1, "
    "UTC_TIMESTAMP(6)) "
    "ON DUPLICATE KEY UPDATE id = id";
constexpr char kRole[] =
    "INSERT INTO role (id, scope, name, immutable, created_at) VALUES (?, '', ?, 1, "
    "UTC_TIMESTAMP(6)) "
    "ON DUPLICATE KEY UPDATE id = id";
constexpr char kImply[] =
    "INSERT INTO implied_role (prior_role_id, implied_role_id) VALUES (?, ?) "
    "ON DUPLICATE KEY UPDATE prior_role_id = prior_role_id";

StatusOr<std::string> OneId(const StatusOr<db::Rows>& rows, std::string_view reason) {
  if (!rows.ok()) return rows.status();
  if (rows->empty())
    return Error(StatusCode::kNotFound, reason, "a row of the bootstrap is missing");
  return (*rows)[0].String(0);
}

Status Imply(db::Transaction& tx, std::string_view prior, std::string_view implied) {
  ASSIGN_OR_RETURN(const std::string prior_id, RoleIdOf(tx, prior));
  ASSIGN_OR_RETURN(const std::string implied_id, RoleIdOf(tx, implied));
  return tx.Execute("bootstrap_imply", kImply, {prior_id, implied_id}).status();
}

}  // namespace

FirstIds DrawFirstIds(IdSource& ids) {
  FirstIds first;
  for (std::string& role : first.roles) role = ids.HexUuid();
  first.user = ids.HexUuid();
  first.project = ids.HexUuid();
  first.service_project = ids.HexUuid();
  first.history = ids.HexUuid();
  return first;
}

Status EnsureDefaultDomain(db::Transaction& tx) {
  return tx.Execute("bootstrap_domain", kDomain).status();
}

StatusOr<std::string> RoleIdOf(db::Transaction& tx, std::string_view name) {
  return OneId(tx.Query("bootstrap_role_id", "SELECT id FROM role WHERE scope = '' AND name = ?",
                        {std::string(name)}),
               "ROLE_NOT_FOUND");
}

Status EnsureRoles(db::Transaction& tx, const FirstIds& ids) {
  for (size_t i = 0; i < std::size(kRoleNames); ++i) {
    RETURN_IF_ERROR(
        tx.Execute("bootstrap_role", kRole, {ids.roles[i], std::string(kRoleNames[i])}).status());
  }
  RETURN_IF_ERROR(Imply(tx, "admin", "member"));
  RETURN_IF_ERROR(Imply(tx, "member", "reader"));
  return auth::RecordChange(tx, v1::EVERYTHING, "");
}

Status BeginHistory(db::Transaction& tx, const FirstIds& ids) {
  return tx
      .Execute("bootstrap_history", "UPDATE auth_seq SET history = ? WHERE id = 1", {ids.history})
      .status();
}

StatusOr<std::string> EnsureProject(db::Transaction& tx, std::string_view name,
                                    std::string_view id) {
  RETURN_IF_ERROR(
      tx.Execute("bootstrap_project", kProject, {std::string(id), std::string(name)}).status());
  return OneId(
      tx.Query("bootstrap_project_id",
               "SELECT id FROM project WHERE scope = 'default' AND name = ?", {std::string(name)}),
      "PROJECT_NOT_FOUND");
}

StatusOr<std::string> EnsureUser(db::Transaction& tx, std::string_view name, std::string_view id) {
  RETURN_IF_ERROR(
      tx.Execute("bootstrap_user", kUser, {std::string(id), std::string(name)}).status());
  return OneId(
      tx.Query("bootstrap_user_id", "SELECT id FROM user WHERE domain_id = 'default' AND name = ?",
               {std::string(name)}),
      "USER_NOT_FOUND");
}

}  // namespace tstack::identity::bootstrap
