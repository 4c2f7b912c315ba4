#include "services/identity/assignments/assignment_rows.h"

#include <utility>

#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::assignments {
namespace {

constexpr std::string_view kSelect =
    "SELECT a.user_id, a.target, a.target_kind, a.role_id, u.name, u.domain_id, ud.name, "
    "p.name, p.domain_id, pd.name, r.name, r.domain_id, rd.name "
    "FROM assignment a JOIN user u ON u.id = a.user_id JOIN project ud ON ud.id = u.domain_id "
    "JOIN role r ON r.id = a.role_id LEFT JOIN project rd ON rd.id = r.domain_id "
    "LEFT JOIN project p ON p.id = a.target_id LEFT JOIN project pd ON pd.id = p.domain_id WHERE ";

// The id stands in column `id`, name, domain's id and name from column `names` on.
v1::NamedReference Named(const db::Row& row, size_t id, size_t names) {
  v1::NamedReference reference;
  reference.set_id(row.StringOr(id, ""));
  reference.set_name(row.StringOr(names, ""));
  if (!row.IsNull(names + 1)) {
    reference.mutable_domain()->set_id(row.StringOr(names + 1, ""));
    reference.mutable_domain()->set_name(row.StringOr(names + 2, ""));
  }
  return reference;
}

StatusOr<GrantRow> ReadGrant(const db::Row& row) {
  GrantRow result;
  ASSIGN_OR_RETURN(result.grant.user_id, row.String(0));
  ASSIGN_OR_RETURN(result.grant.target.id, row.String(1));
  ASSIGN_OR_RETURN(const int64_t kind, row.Int(2));
  if (kind < 0 || kind > 2) {
    return Error(StatusCode::kInternal, "STORED_ROW_INVALID", "a grant has an unknown target kind");
  }
  result.grant.target.kind = static_cast<TargetKind>(kind);
  ASSIGN_OR_RETURN(result.grant.role_id, row.String(3));
  result.user = Named(row, 0, 4);
  result.project = Named(row, 1, 7);
  result.role = Named(row, 3, 10);
  return result;
}

v1::NamedReference Shown(const v1::NamedReference& reference, bool names) {
  if (names) return reference;
  v1::NamedReference bare;
  bare.set_id(reference.id());
  return bare;
}

v1::AssignmentScope ScopeOf(const GrantRow& row, bool names) {
  v1::AssignmentScope scope;
  switch (row.grant.target.kind) {
    case TargetKind::kProject:
      *scope.mutable_project() = Shown(row.project, names);
      break;
    case TargetKind::kDomain:
      scope.mutable_domain()->set_id(row.project.id());
      if (names) scope.mutable_domain()->set_name(row.project.name());
      break;
    case TargetKind::kSystem:
      scope.mutable_system()->set_all(true);
      break;
  }
  return scope;
}

void AddTarget(const v1::ListRoleAssignmentsRequest& request, Conditions* conditions) {
  if (!request.domain_id().empty()) {
    conditions->Add("a.target_kind = 1").Equal("a.target_id", true, request.domain_id());
  }
  if (!request.system().empty()) conditions->Add("a.target_kind = 2");
  if (request.project_id().empty()) return;
  conditions->Add("a.target_kind = 0");
  if (!request.include_subtree()) {
    conditions->Equal("a.target_id", true, request.project_id());
    return;
  }
  conditions->Add(
      "a.target_id IN (WITH RECURSIVE down (id) AS (SELECT id FROM project WHERE id = ? UNION ALL "
      "SELECT c.id FROM down d JOIN project c ON c.parent_id = d.id) SELECT id FROM down)",
      {request.project_id()});
}

}  // namespace

StatusOr<std::vector<GrantRow>> ReadGrants(db::Transaction& tx, const Conditions& conditions,
                                           int limit) {
  std::vector<db::Value> parameters = conditions.parameters();
  parameters.emplace_back(int64_t{limit});
  return AllOf(tx.Query("assignment_list",
                        std::string(kSelect) + conditions.sql() +
                            " ORDER BY a.user_id, a.target, a.target_kind, a.role_id LIMIT ?",
                        std::move(parameters)),
               ReadGrant);
}

Conditions GrantConditions(const v1::ListRoleAssignmentsRequest& request,
                           std::string_view only_domain,
                           const AssignmentStore::Position& position) {
  Conditions conditions;
  // The first comparison is for the index: the server does not use one for whole rows.
  conditions.Add(
      "a.user_id >= ? AND (a.user_id, a.target, a.target_kind, a.role_id) > (?, ?, ?, ?)",
      {position.user_id, position.user_id, position.target, int64_t{position.kind},
       position.role_id});
  conditions.Equal("a.user_id", !request.user_id().empty(), request.user_id());
  if (!request.effective()) {
    conditions.Equal("a.role_id", !request.role_id().empty(), request.role_id());
  }
  AddTarget(request, &conditions);
  if (!only_domain.empty()) {
    conditions.Add("(p.id = ? OR p.domain_id = ?)",
                   {std::string(only_domain), std::string(only_domain)});
  }
  // There are no groups and no inherited grants: asking for those finds nothing.
  if (!request.group_id().empty() || request.inherited_to() == "projects") conditions.Add("FALSE");
  return conditions;
}

std::string PathOf(const Grant& grant) {
  std::string path;
  switch (grant.target.kind) {
    case TargetKind::kProject:
      path = "projects/" + grant.target.id;
      break;
    case TargetKind::kDomain:
      path = "domains/" + grant.target.id;
      break;
    case TargetKind::kSystem:
      path = "system";
      break;
  }
  return path + "/users/" + grant.user_id + "/roles/" + grant.role_id;
}

void AppendViews(const v1::ListRoleAssignmentsRequest& request, const GrantRow& row,
                 const Implications& implications, std::vector<v1::RoleAssignment>* views) {
  const bool names = request.include_names();
  const auto wanted = [&](const std::string& role_id) {
    return !request.effective() || request.role_id().empty() || request.role_id() == role_id;
  };
  v1::RoleAssignment view;
  *view.mutable_scope() = ScopeOf(row, names);
  *view.mutable_user() = Shown(row.user, names);
  *view.mutable_role() = Shown(row.role, names);
  view.set_assignment_path(PathOf(row.grant));
  // A domain's role counts only through what it implies.
  const bool hidden = request.effective() && row.role.has_domain();
  if (!hidden && wanted(row.grant.role_id)) views->push_back(view);
  if (!request.effective()) return;
  for (const Implications::Implied& implied : implications.Of(row.grant.role_id)) {
    if (!wanted(implied.role.id())) continue;
    v1::RoleAssignment& more = views->emplace_back(view);
    more.mutable_role()->Clear();
    more.mutable_role()->set_id(implied.role.id());
    if (names) more.mutable_role()->set_name(implied.role.name());
    more.set_prior_role_path("prior_role/" + implied.role.id() + "/implies/" + implied.by);
  }
}

}  // namespace tstack::identity::assignments
