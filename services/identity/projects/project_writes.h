// Changes of a project or a domain inside a transaction, with their rules and what WatchAuth must
// know.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/projects.pb.h"

namespace tstack::identity::projects {

// Writes `project`, which was `before`; with `retag` its tags too. kPermissionDenied
// PARENT_DISABLED, CHILDREN_ENABLED.
Status WriteChanges(const CallContext& ctx, db::Transaction& tx, const v1::Project& before,
                    const v1::Project& project, bool retag);

Status ReplaceTagRows(db::Transaction& tx, std::string_view id,
                      const std::vector<std::string>& tags);

// The domain with its projects, users, roles, tags and grants, in a bounded number of statements.
// kPermissionDenied DOMAIN_ENABLED, RESOURCE_IMMUTABLE.
Status DeleteDomain(const CallContext& ctx, db::Transaction& tx, const v1::Project& domain);

}  // namespace tstack::identity::projects
