#include "services/identity/projects/project_rows.h"

#include <optional>
#include <utility>

#include "absl/strings/str_split.h"

#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/options.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::projects {
namespace {

// A domain's name is unique among domains, a project's in its domain.
std::string ScopeOf(const v1::Project& project) {
  return project.is_domain() ? std::string() : project.domain_id();
}

}  // namespace

StatusOr<v1::Project> ReadProject(const db::Row& row) {
  v1::Project project;
  ASSIGN_OR_RETURN(*project.mutable_id(), row.String(0));
  ASSIGN_OR_RETURN(*project.mutable_name(), row.String(1));
  if (!row.IsNull(2)) project.set_domain_id(row.StringOr(2, ""));
  if (!row.IsNull(3)) project.set_description(row.StringOr(3, ""));
  ASSIGN_OR_RETURN(const bool enabled, row.Bool(4));
  project.set_enabled(enabled);
  if (!row.IsNull(5)) project.set_parent_id(row.StringOr(5, ""));
  ASSIGN_OR_RETURN(const bool is_domain, row.Bool(6));
  project.set_is_domain(is_domain);
  RETURN_IF_ERROR(ImmutableFromSql(row, 7, project.mutable_options()));
  ASSIGN_OR_RETURN(*project.mutable_extra(), AttributesFromSql(row, 8));
  const std::string tags = row.StringOr(9, "");
  if (!tags.empty()) {
    for (absl::string_view tag : absl::StrSplit(tags, ',')) project.add_tags(std::string(tag));
  }
  return project;
}

StatusOr<v1::Project> SelectProject(db::Transaction& tx, std::string_view id,
                                    std::string_view type) {
  if (!PlausibleId(id)) return NotFound(type, id);
  return OneOf(tx.Query("project_show", kSelectProject, {std::string(id)}), type, id, ReadProject);
}

StatusOr<v1::Project> LockProject(db::Transaction& tx, std::string_view id, std::string_view type) {
  if (!PlausibleId(id)) return NotFound(type, id);
  ASSIGN_OR_RETURN(
      const int64_t rows,
      tx.Execute("project_lock", "UPDATE project SET generation = generation + 1 WHERE id = ?",
                 {std::string(id)}));
  if (rows == 0) return NotFound(type, id);
  return SelectProject(tx, id, type);
}

Status InsertProject(db::Transaction& tx, const v1::Project& project, int depth) {
  RETURN_IF_ERROR(
      tx.Execute("project_insert",
                 "INSERT INTO project (id, is_domain, domain_id, parent_id, depth, scope, name, "
                 "description, enabled, immutable, extra, created_at) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))",
                 {project.id(), int64_t{project.is_domain()},
                  OptionalToSql(project.has_domain_id(), project.domain_id()),
                  OptionalToSql(project.has_parent_id(), project.parent_id()), int64_t{depth},
                  ScopeOf(project), project.name(),
                  OptionalToSql(project.has_description(), project.description()),
                  int64_t{project.enabled()}, ImmutableToSql(project.options()),
                  AttributesToSql(project.extra())})
          .status());
  return WriteTags(tx, project.id(), {project.tags().begin(), project.tags().end()});
}

Status UpdateProject(db::Transaction& tx, const v1::Project& project, bool invalidate_tokens) {
  return tx
      .Execute("project_update",
               "UPDATE project SET name = ?, description = ?, enabled = ?, immutable = ?, "
               "extra = ?, invalid_before = IF(?, GREATEST(UNIX_TIMESTAMP() + 2, "
               "COALESCE(invalid_before, 0) + 1), invalid_before) WHERE id = ?",
               {project.name(), OptionalToSql(project.has_description(), project.description()),
                int64_t{project.enabled()}, ImmutableToSql(project.options()),
                AttributesToSql(project.extra()), int64_t{invalidate_tokens}, project.id()})
      .status();
}

Status WriteTags(db::Transaction& tx, std::string_view id, const std::vector<std::string>& tags) {
  if (tags.empty()) return absl::OkStatus();
  std::string sql = "INSERT INTO project_tag (project_id, tag) VALUES ";
  std::vector<db::Value> parameters;
  for (const std::string& tag : tags) {
    if (!parameters.empty()) sql.append(", ");
    sql.append("(?, ?)");
    parameters.emplace_back(std::string(id));
    parameters.emplace_back(tag);
  }
  return tx.Execute("project_tag_insert", sql, std::move(parameters)).status();
}

Status ExplainProject(const Status& status, std::string_view type, const v1::Project& project) {
  if (!DuplicateKeyOf(status).empty()) return NameTaken(type, project.name());
  if (!ForeignKeyOf(status).empty()) return Unknown("project", project.parent_id());
  return status;
}

}  // namespace tstack::identity::projects
