#include "services/identity/projects/project_filter.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"

#include "services/identity/assignments/assignment_store.h"

namespace tstack::identity::projects {
namespace {

// How many of the comma-separated tags a project has, compared with what is wanted.
void AddTags(bool given, const std::string& list, bool all, bool negated, Conditions* conditions) {
  if (!given) return;
  std::vector<std::string> tags = absl::StrSplit(list, ',', absl::SkipEmpty());
  if (tags.empty()) return;
  std::string sql = "(SELECT COUNT(*) FROM project_tag f WHERE f.project_id = p.id AND f.tag IN (" +
                    Placeholders(tags.size()) + "))";
  std::vector<db::Value> parameters(tags.begin(), tags.end());
  if (all) {
    sql.append(negated ? " < ?" : " >= ?");
    parameters.emplace_back(static_cast<int64_t>(tags.size()));
  } else {
    sql.append(negated ? " = 0" : " > 0");
  }
  conditions->Add(sql, std::move(parameters));
}

}  // namespace

void AddRoleHolder(std::string_view user_id, int kind, Conditions* conditions) {
  conditions->Add(
      "p.id IN (SELECT a.target FROM assignment a WHERE a.user_id = ? AND a.target_kind = ?)",
      {std::string(user_id), int64_t{kind}});
}

Conditions ProjectConditions(const ProjectFilter& filter, std::string_view after) {
  const v1::ListProjectsRequest& request = filter.request;
  Conditions conditions;
  conditions.Add("p.id > ?", {std::string(after)})
      .Equal("p.domain_id", request.has_domain_id(), request.domain_id())
      .Equal("p.parent_id", request.has_parent_id(), request.parent_id())
      .Match("p.name", request.name())
      .Add("p.is_domain = ?", {int64_t{request.is_domain()}});
  if (request.has_enabled()) conditions.Add("p.enabled = ?", {int64_t{request.enabled()}});
  AddTags(request.has_tags(), request.tags(), true, false, &conditions);
  AddTags(request.has_tags_any(), request.tags_any(), false, false, &conditions);
  AddTags(request.has_not_tags(), request.not_tags(), true, true, &conditions);
  AddTags(request.has_not_tags_any(), request.not_tags_any(), false, true, &conditions);
  if (!filter.user_id.empty()) {
    AddRoleHolder(filter.user_id, static_cast<int>(assignments::TargetKind::kProject), &conditions);
  }
  return conditions;
}

}  // namespace tstack::identity::projects
