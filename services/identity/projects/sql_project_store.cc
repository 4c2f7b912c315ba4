#include "services/identity/projects/sql_project_store.h"

#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/projects/project_changes.h"
#include "services/identity/projects/project_filter.h"
#include "services/identity/projects/project_place.h"
#include "services/identity/projects/project_rows.h"
#include "services/identity/projects/project_writes.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::projects {
namespace {

using google::protobuf::FieldMask;

v1::Project FromRequest(const v1::CreateProjectRequest& request, std::string_view id) {
  v1::Project project;
  project.set_id(std::string(id));
  project.set_name(request.name());
  project.set_is_domain(request.is_domain());
  if (!request.is_domain()) {
    project.set_domain_id(request.domain_id());
    project.set_parent_id(request.parent_id());
  }
  if (request.has_description()) project.set_description(request.description());
  project.set_enabled(request.enabled());
  *project.mutable_tags() = request.tags();
  *project.mutable_options() = request.options();
  *project.mutable_extra() = Storable(request.extra());
  return project;
}

StatusOr<Branch> ReadBranch(const db::Row& row) {
  return Branch{row.StringOr(0, ""), row.StringOr(1, "")};
}

class SqlProjectStore final : public ProjectStore {
 public:
  SqlProjectStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::Project> Create(const CallContext& ctx, const v1::CreateProjectRequest& request,
                               std::string_view id) override {
    const v1::Project project = FromRequest(request, id);
    return idempotency::RunCreate<v1::Project>(
        ctx, database_, ids_, request, [&](db::Transaction& tx) -> StatusOr<v1::Project> {
          int depth = 0;
          if (!project.is_domain()) {
            RETURN_IF_ERROR(ClaimParent(tx, project.parent_id(), project.domain_id()));
            ASSIGN_OR_RETURN(depth, CheckPlace(tx, project.domain_id(), project.parent_id()));
          }
          RETURN_IF_ERROR(ExplainProject(InsertProject(tx, project, depth), "project", project));
          return SelectProject(tx, id);
        });
  }

  StatusOr<v1::Project> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("project", id);
    return OneOf(Select(ctx, database_, "project_show", kSelectProject, {std::string(id)}),
                 "project", id, ReadProject);
  }

  StatusOr<std::vector<v1::Project>> List(const CallContext& ctx, const ProjectFilter& filter,
                                          std::string_view after, int limit) override {
    return AllOf(SelectPage(ctx, database_, "project_list", kSelectProjects,
                            ProjectConditions(filter, after), "p.id", limit),
                 ReadProject);
  }

  StatusOr<v1::Project> Update(const CallContext& ctx, std::string_view id,
                               const v1::ProjectChanges& changes, const FieldMask& mask) override {
    v1::Project project;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Project before, LockProject(tx, id));
          project = before;
          RETURN_IF_ERROR(ApplyChanges(changes, mask, "project", &project));
          return WriteChanges(ctx, tx, before, project, Names(mask, "tags"));
        }));
    return project;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Project project, LockProject(tx, id));
          if (project.options().immutable()) return Immutable("project", id);
          if (project.is_domain()) return DeleteDomain(ctx, tx, project);
          const Status status =
              tx.Execute("project_delete", "DELETE FROM project WHERE id = ?", {project.id()})
                  .status();
          if (!ForeignKeyOf(status).empty()) {
            return ResourceError(StatusCode::kPermissionDenied, "PROJECT_NOT_LEAF", "project", id,
                                 "the project cannot be deleted while there are projects below it");
          }
          RETURN_IF_ERROR(status);
          return auth::RecordChange(ctx, tx, v1::PROJECT, id);
        });
  }

  StatusOr<std::vector<Branch>> Parents(const CallContext& ctx, std::string_view id) override {
    return Branches(ctx, "project_parents",
                    "WITH RECURSIVE up (id, parent_id, depth) AS ("
                    "SELECT p.id, p.parent_id, p.depth FROM project c JOIN project p "
                    "ON p.id = c.parent_id WHERE c.id = ? UNION ALL "
                    "SELECT p.id, p.parent_id, p.depth FROM up u JOIN project p "
                    "ON p.id = u.parent_id) SELECT id, parent_id FROM up ORDER BY depth DESC",
                    id);
  }

  StatusOr<std::vector<Branch>> Subtree(const CallContext& ctx, std::string_view id) override {
    return Branches(ctx, "project_subtree",
                    "WITH RECURSIVE down (id, parent_id) AS ("
                    "SELECT id, parent_id FROM project WHERE parent_id = ? UNION ALL "
                    "SELECT p.id, p.parent_id FROM down d JOIN project p ON p.parent_id = d.id) "
                    "SELECT id, parent_id FROM down",
                    id);
  }

  Status ReplaceTags(const CallContext& ctx, std::string_view id,
                     const std::vector<std::string>& tags) override {
    return ChangeTags(ctx, id, [&](db::Transaction& tx, const v1::Project&) {
      return ReplaceTagRows(tx, id, tags);
    });
  }

  Status AddTag(const CallContext& ctx, std::string_view id, std::string_view tag) override {
    return ChangeTags(ctx, id, [&](db::Transaction& tx, const v1::Project& project) -> Status {
      for (const std::string& present : project.tags()) {
        if (present == tag) return absl::OkStatus();
      }
      if (project.tags_size() >= 80) return FieldError("tags", "a project has at most 80 tags");
      return WriteTags(tx, id, {std::string(tag)});
    });
  }

  Status RemoveTag(const CallContext& ctx, std::string_view id, std::string_view tag) override {
    return ChangeTags(ctx, id, [&](db::Transaction& tx, const v1::Project&) -> Status {
      ASSIGN_OR_RETURN(const int64_t rows,
                       tx.Execute("project_tag_delete",
                                  "DELETE FROM project_tag WHERE project_id = ? AND tag = ?",
                                  {std::string(id), std::string(tag)}));
      return rows == 0 ? NotFound("tag", tag) : absl::OkStatus();
    });
  }

 private:
  using TagChange = std::function<Status(db::Transaction&, const v1::Project&)>;

  // `change` runs while nobody else changes the project or its tags.
  Status ChangeTags(const CallContext& ctx, std::string_view id, const TagChange& change) {
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Project project, LockProject(tx, id));
          if (project.options().immutable()) return Immutable("project", id);
          return change(tx, project);
        });
  }

  StatusOr<std::vector<Branch>> Branches(const CallContext& ctx, std::string_view name,
                                         std::string_view sql, std::string_view id) {
    return AllOf(Select(ctx, database_, name, sql, {std::string(id)}), ReadBranch);
  }

  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

std::unique_ptr<ProjectStore> MakeSqlProjectStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlProjectStore>(database, ids);
}

}  // namespace tstack::identity::projects
