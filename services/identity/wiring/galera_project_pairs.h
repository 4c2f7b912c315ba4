// Pairs about projects and domains.
#pragma once

#include "services/identity/wiring/galera_pairs.h"

namespace tstack::identity::pairs {

inline std::vector<Pair> OfProjects() {
  const Plain create_child = {Missing("project WHERE id = 'p' AND enabled = 1"),
                              {Project("c", "p")}};
  const Plain disable_parent = {
      "SELECT COUNT(*) FROM @project WHERE parent_id = 'p' AND enabled = 1",
      {"UPDATE @project SET enabled = 0 WHERE id = 'p'"}};
  const Action create = [](db::Database& database) { return CreateProject(database, "c", "p"); };
  const Action disable = [](db::Database& database) { return EnableProject(database, "p", false); };
  return {
      {"a project created below one that is deleted",
       {Domain(), Project("p", "d")},
       create,
       [](db::Database& database) {
         return projects::MakeSqlProjectStore(database, RealIds())->Delete(Ctx(), "p");
       },
       "SELECT COUNT(*) FROM @project c LEFT JOIN @project p ON p.id = c.parent_id "
       "WHERE c.is_domain = 0 AND p.id IS NULL",
       create_child,
       {"SELECT COUNT(*) FROM @project WHERE parent_id = 'p'",
        {"DELETE FROM @project WHERE id = 'p'"}}},
      {"a project created below one that is disabled",
       {Domain(), Project("p", "d")},
       create,
       disable,
       kEnabledBelowDisabled,
       create_child,
       disable_parent},
      {"a project enabled below one that is disabled",
       {Domain(), Project("p", "d"), Project("c", "p", false)},
       [](db::Database& database) { return EnableProject(database, "c", true); },
       disable,
       kEnabledBelowDisabled,
       {Missing("project WHERE id = 'p' AND enabled = 1"),
        {"UPDATE @project SET enabled = 1 WHERE id = 'c'"}},
       disable_parent},
  };
}

inline std::vector<Pair> OfDomains() {
  const Action remove = [](db::Database& database) {
    return domains::MakeSqlDomainStore(database, RealIds())->Delete(Ctx(), "d");
  };
  const Plain plain_remove = {
      kNothing,
      {"DELETE FROM @user WHERE domain_id = 'd'", "DELETE FROM @role WHERE domain_id = 'd'",
       "DELETE FROM @project WHERE domain_id = 'd'", "DELETE FROM @project WHERE id = 'd'"}};
  const std::string present = Missing("project WHERE id = 'd'");
  const auto orphans = [](const std::string& table) {
    return "SELECT COUNT(*) FROM @" + table + " x LEFT JOIN @project d ON d.id = x.domain_id " +
           "WHERE x.domain_id IS NOT NULL AND d.id IS NULL";
  };
  return {
      {"a user created in a domain that is deleted",
       {Domain(false)},
       [](db::Database& database) {
         v1::CreateUserRequest request;
         request.set_name("u");
         request.set_domain_id("d");
         request.set_enabled(true);
         return users::MakeSqlUserStore(database, RealIds())
             ->Create(Ctx(), request, "u", std::nullopt)
             .status();
       },
       remove,
       orphans("user"),
       {present, {User()}},
       plain_remove},
      {"a project created in a domain that is disabled and deleted",
       {Domain(false)},
       [](db::Database& database) { return CreateProject(database, "p", "d"); },
       remove,
       orphans("project"),
       {present, {Project("p", "d")}},
       plain_remove},
      {"a role created in a domain that is deleted",
       {Domain(false)},
       [](db::Database& database) {
         v1::CreateRoleRequest request;
         request.set_name("r");
         request.set_domain_id("d");
         return roles::MakeSqlRoleStore(database, RealIds())->Create(Ctx(), request, "r").status();
       },
       remove,
       orphans("role"),
       {present,
        {"INSERT INTO @role (id, domain_id, scope, name, created_at) VALUES "
         "('r', 'd', 'd', 'r', UTC_TIMESTAMP(6))"}},
       plain_remove},
  };
}

}  // namespace tstack::identity::pairs
