// Pairs about grants, roles, regions and tags.
#pragma once

#include "services/identity/wiring/galera_pairs.h"

namespace tstack::identity::pairs {

inline Status MoveRegion(db::Database& database, const std::string& id, const std::string& parent) {
  v1::RegionChanges changes;
  changes.set_parent_region_id(parent);
  google::protobuf::FieldMask mask;
  mask.add_paths("parent_region_id");
  return catalog::MakeSqlRegionStore(database, RealIds())
      ->Update(Ctx(), id, changes, mask)
      .status();
}
inline Status Give(db::Database& database) {
  return assignments::MakeSqlAssignmentStore(database, RealIds())
      ->Create(Ctx(), {"u", assignments::Target::Project("p"), "r"});
}
inline const Plain kPlainGive = {
    "SELECT (SELECT COUNT(*) = 0 FROM @user WHERE id = 'u') + "
    "(SELECT COUNT(*) = 0 FROM @project WHERE id = 'p') + "
    "(SELECT COUNT(*) = 0 FROM @role WHERE id = 'r')",
    {"INSERT INTO @assignment (user_id, target, target_kind, role_id, target_id) "
     "VALUES ('u', 'p', 0, 'r', 'p')"}};

inline Pair GrantAgainst(const std::string& table, const std::string& id, Action remove) {
  return {"a grant against the end of its " + table,
          {Domain(), Project("p", "d"), User(), Role("r")},
          Give,
          std::move(remove),
          kOrphanGrants,
          kPlainGive,
          {kNothing,
           {"DELETE FROM @assignment WHERE '" + id + "' IN (user_id, target, role_id)",
            "DELETE FROM @" + table + " WHERE id = '" + id + "'"}}};
}

inline std::vector<Pair> OfGrants() {
  return {
      GrantAgainst("user", "u",
                   [](db::Database& database) {
                     return users::MakeSqlUserStore(database, RealIds())->Delete(Ctx(), "u");
                   }),
      GrantAgainst("project", "p",
                   [](db::Database& database) {
                     return projects::MakeSqlProjectStore(database, RealIds())->Delete(Ctx(), "p");
                   }),
      GrantAgainst("role", "r",
                   [](db::Database& database) {
                     return roles::MakeSqlRoleStore(database, RealIds())->Delete(Ctx(), "r");
                   }),
      {"an implication of a role that is deleted",
       {Role("a"), Role("b")},
       [](db::Database& database) {
         return roles::MakeSqlRoleStore(database, RealIds())
             ->AddImplication(Ctx(), "a", "b")
             .status();
       },
       [](db::Database& database) {
         return roles::MakeSqlRoleStore(database, RealIds())->Delete(Ctx(), "b");
       },
       "SELECT COUNT(*) FROM @implied_role i LEFT JOIN @role r ON r.id = i.implied_role_id "
       "WHERE r.id IS NULL",
       {Missing("role WHERE id = 'b'"),
        {"INSERT INTO @implied_role (prior_role_id, implied_role_id) VALUES ('a', 'b')"}},
       {kNothing,
        {"DELETE FROM @implied_role WHERE implied_role_id = 'b'",
         "DELETE FROM @role WHERE id = 'b'"}}},
  };
}

inline std::vector<Pair> OfRegionsAndTags() {
  const auto above = [](const std::string& start, const std::string& found) {
    return "WITH RECURSIVE up (id, parent) AS (SELECT id, parent_region_id FROM @region WHERE id = "
           "'" +
           start +
           "' UNION SELECT r.id, r.parent_region_id FROM up u JOIN @region r ON r.id = u.parent) "
           "SELECT COUNT(*) FROM up WHERE id = '" +
           found + "'";
  };
  const auto add_tag = [](const char* tag) -> Action {
    return [tag](db::Database& database) {
      return projects::MakeSqlProjectStore(database, RealIds())->AddTag(Ctx(), "p", tag);
    };
  };
  const auto plain_tag = [](const std::string& tag) -> Plain {
    return {"SELECT COUNT(*) >= 80 FROM @project_tag WHERE project_id = 'p'",
            {"INSERT INTO @project_tag (project_id, tag) VALUES ('p', '" + tag + "')"}};
  };
  return {
      {"an endpoint in a region that is deleted",
       {Region("R"), kService},
       [](db::Database& database) {
         v1::CreateEndpointRequest request;
         request.set_region_id("R");
         request.set_service_id("s");
         request.set_interface("public");
         request.set_url("http://cloud");
         return catalog::MakeSqlEndpointStore(database, RealIds())
             ->Create(Ctx(), request, "e")
             .status();
       },
       [](db::Database& database) {
         return catalog::MakeSqlRegionStore(database, RealIds())->Delete(Ctx(), "R");
       },
       "SELECT COUNT(*) FROM @endpoint e LEFT JOIN @region r ON r.id = e.region_id "
       "WHERE r.id IS NULL",
       {Missing("region WHERE id = 'R'"),
        {"INSERT INTO @endpoint (id, service_id, region_id, interface, url, enabled) "
         "VALUES ('e', 's', 'R', 'public', 'http://cloud', 1)"}},
       {"SELECT COUNT(*) FROM @endpoint WHERE region_id = 'R'",
        {"DELETE FROM @region WHERE id = 'R'"}}},
      {"two moves of regions that would close a circle",
       {Region("r1"), Region("r3"), Region("r2", "'r3'")},
       [](db::Database& database) { return MoveRegion(database, "r1", "r2"); },
       [](db::Database& database) { return MoveRegion(database, "r3", "r1"); },
       "WITH RECURSIVE up (start, id) AS (SELECT id, parent_region_id FROM @region WHERE "
       "parent_region_id IS NOT NULL UNION SELECT u.start, r.parent_region_id FROM up u JOIN "
       "@region r ON r.id = u.id WHERE r.parent_region_id IS NOT NULL) "
       "SELECT COUNT(*) FROM up WHERE start = id",
       {above("r2", "r1"), {"UPDATE @region SET parent_region_id = 'r2' WHERE id = 'r1'"}},
       {above("r1", "r3"), {"UPDATE @region SET parent_region_id = 'r1' WHERE id = 'r3'"}}},
      {"two tags where there is room for one",
       {Domain(), Project("p", "d"),
        "INSERT INTO @project_tag (project_id, tag) SELECT 'p', CONCAT('t', seq) FROM seq_1_to_79"},
       add_tag("x"),
       add_tag("y"),
       "SELECT COUNT(*) > 80 FROM @project_tag",
       plain_tag("x"),
       plain_tag("y")},
  };
}

}  // namespace tstack::identity::pairs
