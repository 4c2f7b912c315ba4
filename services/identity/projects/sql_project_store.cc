#include "services/identity/projects/sql_project_store.h"

#include <map>
#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/projects/project_changes.h"
#include "services/identity/projects/project_filter.h"
#include "services/identity/projects/project_rows.h"
#include "services/identity/projects/project_writes.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"

namespace tstack::identity::projects {
namespace {

using google::protobuf::FieldMask;

// What a new project asks of its domain and its parent.
struct Place {
  bool is_domain = false;
  bool enabled = false;
  std::string domain_id;  // a domain's own id
  int depth = 0;
};

StatusOr<std::map<std::string, Place>> ReadPlaces(db::Transaction& tx, const std::string& domain_id,
                                                  const std::string& parent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("project_places",
                            "SELECT id, is_domain, enabled, COALESCE(domain_id, id), depth "
                            "FROM project WHERE id IN (?, ?)",
                            {domain_id, parent_id}));
  std::map<std::string, Place> places;
  for (const db::Row& row : rows) {
    ASSIGN_OR_RETURN(const std::string id, row.String(0));
    Place& place = places[id];
    ASSIGN_OR_RETURN(place.is_domain, row.Bool(1));
    ASSIGN_OR_RETURN(place.enabled, row.Bool(2));
    ASSIGN_OR_RETURN(place.domain_id, row.String(3));
    ASSIGN_OR_RETURN(const int64_t depth, row.Int(4));
    place.depth = static_cast<int>(depth);
  }
  return places;
}

// The depth of a new project below `parent_id`.
StatusOr<int> CheckPlace(db::Transaction& tx, const std::string& domain_id,
                         const std::string& parent_id) {
  ASSIGN_OR_RETURN(const auto places, ReadPlaces(tx, domain_id, parent_id));
  const auto domain = places.find(domain_id);
  if (domain == places.end() || !domain->second.is_domain) return Unknown("domain", domain_id);
  const auto parent = places.find(parent_id);
  if (parent == places.end()) return Unknown("project", parent_id);
  if (parent->second.domain_id != domain_id) {
    return FieldError("project.parent_id", "the parent is in another domain than the project");
  }
  // A disabled project has no enabled ones below it, so the parent speaks for all above it.
  if (!parent->second.enabled || !domain->second.enabled) {
    return FieldError("project.parent_id", "the branch contains a disabled project");
  }
  if (parent->second.depth >= kMaxDepth) {
    return ResourceError(StatusCode::kPermissionDenied, "PROJECT_TOO_DEEP", "project", parent_id,
                         "the hierarchy of projects would exceed its maximum depth");
  }
  return parent->second.depth + 1;
}

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

StatusOr<std::vector<Branch>> ReadBranches(db::Transaction& tx, std::string_view name,
                                           std::string_view sql, std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(name, sql, {std::string(id)}));
  std::vector<Branch> branches;
  for (const db::Row& row : rows) {
    branches.push_back({row.StringOr(0, ""), row.StringOr(1, "")});
  }
  return branches;
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
            ASSIGN_OR_RETURN(depth, CheckPlace(tx, project.domain_id(), project.parent_id()));
          }
          RETURN_IF_ERROR(ExplainProject(InsertProject(tx, project, depth), "project", project));
          return SelectProject(tx, id);
        });
  }

  StatusOr<v1::Project> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("project", id);
    v1::Project project;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(project, SelectProject(tx, id));
      return absl::OkStatus();
    }));
    return project;
  }

  StatusOr<std::vector<v1::Project>> List(const CallContext& ctx, const ProjectFilter& filter,
                                          std::string_view after, int limit) override {
    const Conditions conditions = ProjectConditions(filter, after);
    std::vector<v1::Project> projects;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(projects, SelectProjects(tx, "project_list", conditions, limit));
      return absl::OkStatus();
    }));
    return projects;
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
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Project project, LockProject(tx, id));
          if (project.options().immutable()) return Immutable("project", id);
          return ReplaceTagRows(tx, id, tags);
        });
  }

  Status AddTag(const CallContext& ctx, std::string_view id, std::string_view tag) override {
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Project project, LockProject(tx, id));
          if (project.options().immutable()) return Immutable("project", id);
          for (const std::string& present : project.tags()) {
            if (present == tag) return absl::OkStatus();
          }
          if (project.tags_size() >= 80) {
            return FieldError("tags", "a project has at most 80 tags");
          }
          return WriteTags(tx, id, {std::string(tag)});
        });
  }

  Status RemoveTag(const CallContext& ctx, std::string_view id, std::string_view tag) override {
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Project project, LockProject(tx, id));
          if (project.options().immutable()) return Immutable("project", id);
          ASSIGN_OR_RETURN(const int64_t rows,
                           tx.Execute("project_tag_delete",
                                      "DELETE FROM project_tag WHERE project_id = ? AND tag = ?",
                                      {std::string(id), std::string(tag)}));
          return rows == 0 ? NotFound("tag", tag) : absl::OkStatus();
        });
  }

 private:
  StatusOr<std::vector<Branch>> Branches(const CallContext& ctx, std::string_view name,
                                         std::string_view sql, std::string_view id) {
    std::vector<Branch> branches;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(branches, ReadBranches(tx, name, sql, id));
      return absl::OkStatus();
    }));
    return branches;
  }

  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

std::unique_ptr<ProjectStore> MakeSqlProjectStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlProjectStore>(database, ids);
}

}  // namespace tstack::identity::projects
