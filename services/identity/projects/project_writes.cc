#include "services/identity/projects/project_writes.h"

#include "services/identity/auth/change_log.h"
#include "services/identity/projects/project_place.h"
#include "services/identity/projects/project_rows.h"
#include "services/identity/resources/lookup.h"

namespace tstack::identity::projects {
namespace {

Status CheckEnabling(db::Transaction& tx, const v1::Project& project) {
  if (project.is_domain()) return absl::OkStatus();
  RETURN_IF_ERROR(ClaimParent(tx, project.parent_id(), project.domain_id()));
  // Locking: the transaction's snapshot may be older than the claim.
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("project_disabled_above",
                            "SELECT id FROM project WHERE id IN (?, ?) AND enabled = 0 LIMIT 1 "
                            "LOCK IN SHARE MODE",
                            {project.parent_id(), project.domain_id()}));
  if (rows.empty()) return absl::OkStatus();
  return ResourceError(StatusCode::kPermissionDenied, "PARENT_DISABLED", "project", project.id(),
                       "the project cannot be enabled below a disabled one");
}

// Whoever enables a project below this one claims its row, which this transaction holds.
Status CheckDisabling(db::Transaction& tx, const v1::Project& project) {
  if (project.is_domain()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("project_enabled_below",
                            "SELECT id FROM project WHERE parent_id = ? AND enabled = 1 LIMIT 1",
                            {project.id()}));
  if (rows.empty()) return absl::OkStatus();
  return ResourceError(StatusCode::kPermissionDenied, "CHILDREN_ENABLED", "project", project.id(),
                       "the project cannot be disabled while one below it is enabled");
}

v1::DependencyKind KindOf(const v1::Project& project) {
  return project.is_domain() ? v1::DOMAIN : v1::PROJECT;
}

Status DeleteRows(const CallContext& ctx, db::Transaction& tx, std::string_view id) {
  const std::vector<db::Value> domain = {std::string(id)};
  RETURN_IF_ERROR(tx.Execute("domain_delete_passwords",
                             "DELETE p FROM password p JOIN user u ON u.id = p.user_id "
                             "WHERE u.domain_id = ?",
                             domain)
                      .status());
  RETURN_IF_ERROR(
      tx.Execute("domain_delete_users", "DELETE FROM user WHERE domain_id = ?", domain).status());
  for (int depth = kMaxDepth; depth >= 1; --depth) {
    RETURN_IF_ERROR(tx.Execute("domain_delete_projects",
                               "DELETE FROM project WHERE domain_id = ? AND depth = ?",
                               {std::string(id), int64_t{depth}})
                        .status());
  }
  ASSIGN_OR_RETURN(const int64_t roles, tx.Execute("domain_delete_roles",
                                                   "DELETE FROM role WHERE domain_id = ?", domain));
  RETURN_IF_ERROR(tx.Execute("domain_delete", "DELETE FROM project WHERE id = ?", domain).status());
  // What a domain's role implied somewhere is in no token's dependencies.
  if (roles > 0) RETURN_IF_ERROR(auth::RecordChange(ctx, tx, v1::EVERYTHING, ""));
  return auth::RecordChange(ctx, tx, v1::DOMAIN, id);
}

}  // namespace

Status ReplaceTagRows(db::Transaction& tx, std::string_view id,
                      const std::vector<std::string>& tags) {
  RETURN_IF_ERROR(tx.Execute("project_tags_delete", "DELETE FROM project_tag WHERE project_id = ?",
                             {std::string(id)})
                      .status());
  return WriteTags(tx, id, tags);
}

Status WriteChanges(const CallContext& ctx, db::Transaction& tx, const v1::Project& before,
                    const v1::Project& project, bool retag) {
  if (!before.enabled() && project.enabled()) RETURN_IF_ERROR(CheckEnabling(tx, project));
  const bool disabled = before.enabled() && !project.enabled();
  if (disabled) RETURN_IF_ERROR(CheckDisabling(tx, project));
  const std::string_view type = project.is_domain() ? "domain" : "project";
  RETURN_IF_ERROR(ExplainProject(UpdateProject(tx, project, disabled), type, project));
  if (retag) {
    RETURN_IF_ERROR(
        ReplaceTagRows(tx, project.id(), {project.tags().begin(), project.tags().end()}));
  }
  if (before.name() == project.name() && before.enabled() == project.enabled()) {
    return absl::OkStatus();  // tokens show nothing else of it
  }
  return auth::RecordChange(ctx, tx, KindOf(project), project.id());
}

Status DeleteDomain(const CallContext& ctx, db::Transaction& tx, const v1::Project& domain) {
  if (domain.options().immutable()) return Immutable("domain", domain.id());
  if (domain.enabled()) {
    return ResourceError(StatusCode::kPermissionDenied, "DOMAIN_ENABLED", "domain", domain.id(),
                         "an enabled domain cannot be deleted: disable it first");
  }
  return DeleteRows(ctx, tx, domain.id());
}

}  // namespace tstack::identity::projects
