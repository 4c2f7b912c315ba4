// How a row of `project` is read, written and deleted: shared by projects and domains.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/db/database.h"
#include "common/status/status.h"
#include "services/identity/projects/project_store.h"
#include "services/identity/resources/conditions.h"

namespace tstack::identity::projects {

// Columns of ReadProject, from "project p". Tags cannot contain commas.
#define TSTACK_PROJECT_COLUMNS                                                                   \
  "p.id, p.name, p.domain_id, p.description, p.enabled, p.parent_id, p.is_domain, p.immutable, " \
  "p.extra, (SELECT GROUP_CONCAT(t.tag ORDER BY t.tag) FROM project_tag t WHERE t.project_id = " \
  "p.id) "

// Ends where the conditions begin.
inline constexpr std::string_view kSelectProjects =
    "SELECT " TSTACK_PROJECT_COLUMNS "FROM project p WHERE ";
inline constexpr std::string_view kSelectProject =
    "SELECT " TSTACK_PROJECT_COLUMNS "FROM project p WHERE p.id = ?";

StatusOr<v1::Project> ReadProject(const db::Row& row);

// One project or domain with its tags.
StatusOr<v1::Project> SelectProject(db::Transaction& tx, std::string_view id,
                                    std::string_view type = "project");
// As SelectProject, and nobody else changes it until this transaction ends: it writes the row's
// generation, so that on one node the other waits and on two the second to commit is rerun. Before
// any other statement, so that what is read then is not older.
StatusOr<v1::Project> LockProject(db::Transaction& tx, std::string_view id,
                                  std::string_view type = "project");

// A new row with its tags. Keys and foreign keys may refuse it: see ExplainProject.
Status InsertProject(db::Transaction& tx, const v1::Project& project, int depth);
// Everything that may change, except tags. `invalidate_tokens`: those on it or of its users that
// exist now are dead for ever; with the margin for clocks of auth::InvalidateTokensOf.
Status UpdateProject(db::Transaction& tx, const v1::Project& project, bool invalidate_tokens);
Status WriteTags(db::Transaction& tx, std::string_view id, const std::vector<std::string>& tags);

// The refusal of a write as the client should see it.
Status ExplainProject(const Status& status, std::string_view type, const v1::Project& project);

}  // namespace tstack::identity::projects
