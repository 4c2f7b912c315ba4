// Pairs of operations that must not both have their way, each with what they would do to each other
// without foreign keys, generations and the auth sequence. For galera_integration_test.
#pragma once

#include <string>
#include <vector>

#include "services/identity/assignments/sql_assignment_store.h"
#include "services/identity/catalog/sql_catalog_stores.h"
#include "services/identity/domains/sql_domain_store.h"
#include "services/identity/projects/sql_project_store.h"
#include "services/identity/roles/sql_role_store.h"
#include "services/identity/users/sql_user_store.h"
#include "services/identity/wiring/galera_race_fixture.h"

namespace tstack::identity {

// Statements that do what an operation does; of tables without foreign keys.
struct Plain {
  std::string refuse;  // counts the reasons not to
  std::vector<std::string> writes;
};

struct Pair {
  std::string name;
  std::vector<std::string> set_up;
  Action one, other;
  // Counts what must never be, with "@" before the name of each table.
  std::string violations;
  Plain plain_one, plain_other;
};

namespace pairs {

inline CallContext Ctx() { return testing::Deadline(); }

// Rows of the scene: domain d, enabled unless said otherwise, and what stands in it.
inline std::string Project(const std::string& id, const std::string& parent, bool enabled = true) {
  const std::string depth = parent == "d" ? "1" : "2";
  return "INSERT INTO @project (id, is_domain, domain_id, parent_id, depth, scope, name, enabled, "
         "created_at) VALUES ('" +
         id + "', 0, 'd', '" + parent + "', " + depth + ", 'd', '" + id + "', " +
         (enabled ? "1" : "0") + ", UTC_TIMESTAMP(6))";
}
inline std::string Domain(bool enabled = true) {
  return std::string(
             "INSERT INTO @project (id, is_domain, depth, scope, name, enabled, created_at) "
             "VALUES ('d', 1, 0, '', 'd', ") +
         (enabled ? "1" : "0") + ", UTC_TIMESTAMP(6))";
}
inline std::string User() {
  return "INSERT INTO @user (id, domain_id, name, enabled, created_at) VALUES "
         "('u', 'd', 'u', 1, UTC_TIMESTAMP(6))";
}
inline std::string Role(const std::string& id) {
  return "INSERT INTO @role (id, scope, name, created_at) VALUES ('" + id + "', '', '" + id +
         "', UTC_TIMESTAMP(6))";
}
inline std::string Region(const std::string& id, const std::string& parent = "NULL") {
  return "INSERT INTO @region (id, description, parent_region_id) VALUES ('" + id + "', '', " +
         parent + ")";
}
inline const char kService[] =
    "INSERT INTO @service (id, type, name, enabled) VALUES ('s', 't', 's', 1)";

// Counts 1 unless the row is there.
inline std::string Missing(const std::string& from) { return "SELECT COUNT(*) = 0 FROM @" + from; }
inline const char kOrphanGrants[] =
    "SELECT COUNT(*) FROM @assignment a LEFT JOIN @user u ON u.id = a.user_id "
    "LEFT JOIN @project p ON p.id = a.target_id LEFT JOIN @role r ON r.id = a.role_id "
    "WHERE u.id IS NULL OR p.id IS NULL OR r.id IS NULL";
inline const char kEnabledBelowDisabled[] =
    "SELECT COUNT(*) FROM @project c JOIN @project p ON p.id = c.parent_id "
    "WHERE c.enabled = 1 AND p.enabled = 0 AND p.is_domain = 0";
inline const char kNothing[] = "SELECT 0";

inline Status CreateProject(db::Database& database, const std::string& id,
                            const std::string& parent) {
  v1::CreateProjectRequest request;
  request.set_name(id);
  request.set_domain_id("d");
  request.set_parent_id(parent);
  request.set_enabled(true);
  return projects::MakeSqlProjectStore(database, RealIds())->Create(Ctx(), request, id).status();
}
inline Status EnableProject(db::Database& database, const std::string& id, bool enabled) {
  v1::ProjectChanges changes;
  changes.set_enabled(enabled);
  google::protobuf::FieldMask mask;
  mask.add_paths("enabled");
  return projects::MakeSqlProjectStore(database, RealIds())
      ->Update(Ctx(), id, changes, mask)
      .status();
}

}  // namespace pairs
}  // namespace tstack::identity
