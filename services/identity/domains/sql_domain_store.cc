#include "services/identity/domains/sql_domain_store.h"

#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/assignments/assignment_store.h"
#include "services/identity/domains/domain_view.h"
#include "services/identity/projects/project_changes.h"
#include "services/identity/projects/project_filter.h"
#include "services/identity/projects/project_rows.h"
#include "services/identity/projects/project_writes.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::domains {
namespace {

using google::protobuf::FieldMask;

class SqlDomainStore final : public DomainStore {
 public:
  SqlDomainStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::Domain> Create(const CallContext& ctx, const v1::CreateDomainRequest& request,
                              std::string_view id) override {
    const v1::Project project = ProjectFrom(request, id);
    return idempotency::RunCreate<v1::Domain>(
        ctx, database_, ids_, request, [&](db::Transaction& tx) -> StatusOr<v1::Domain> {
          RETURN_IF_ERROR(
              projects::ExplainProject(projects::InsertProject(tx, project, 0), "domain", project));
          return AsDomain(projects::SelectProject(tx, id, "domain"), id);
        });
  }

  StatusOr<v1::Domain> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("domain", id);
    return AsDomain(
        OneOf(Select(ctx, database_, "domain_show", projects::kSelectProject, {std::string(id)}),
              "domain", id, projects::ReadProject),
        id);
  }

  StatusOr<std::vector<v1::Domain>> List(const CallContext& ctx, const DomainFilter& filter,
                                         std::string_view after, int limit) override {
    Conditions conditions;
    conditions.Add("p.is_domain = 1 AND p.id > ?", {std::string(after)})
        .Match("p.name", filter.request.name())
        .Equal("p.id", !filter.only_id.empty(), filter.only_id);
    if (filter.request.has_enabled()) {
      conditions.Add("p.enabled = ?", {int64_t{filter.request.enabled()}});
    }
    if (!filter.user_id.empty()) {
      projects::AddRoleHolder(filter.user_id, static_cast<int>(assignments::TargetKind::kDomain),
                              &conditions);
    }
    return AllOf(SelectPage(ctx, database_, "domain_list", projects::kSelectProjects, conditions,
                            "p.id", limit),
                 [](const db::Row& row) -> StatusOr<v1::Domain> {
                   ASSIGN_OR_RETURN(const v1::Project project, projects::ReadProject(row));
                   return DomainFrom(project);
                 });
  }

  StatusOr<v1::Domain> Update(const CallContext& ctx, std::string_view id,
                              const v1::DomainChanges& changes, const FieldMask& mask) override {
    v1::Domain domain;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Project before, Lock(tx, id));
          v1::Project project = before;
          RETURN_IF_ERROR(projects::ApplyChanges(ChangesFrom(changes), mask, "domain", &project));
          RETURN_IF_ERROR(projects::WriteChanges(ctx, tx, before, project, Names(mask, "tags")));
          domain = DomainFrom(project);
          return absl::OkStatus();
        }));
    return domain;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    return database_.RunTransaction(ctx, ids_.TimeOrderedUuid(),
                                    [&](db::Transaction& tx) -> Status {
                                      ASSIGN_OR_RETURN(const v1::Project domain, Lock(tx, id));
                                      return projects::DeleteDomain(ctx, tx, domain);
                                    });
  }

 private:
  static StatusOr<v1::Project> Lock(db::Transaction& tx, std::string_view id) {
    ASSIGN_OR_RETURN(v1::Project project, projects::LockProject(tx, id, "domain"));
    if (!project.is_domain()) return NotFound("domain", id);
    return project;
  }

  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

std::unique_ptr<DomainStore> MakeSqlDomainStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlDomainStore>(database, ids);
}

}  // namespace tstack::identity::domains
