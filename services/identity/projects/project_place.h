// Where a new project may be.
#pragma once

#include <string>
#include <string_view>

#include "common/db/database.h"
#include "common/status/status.h"

namespace tstack::identity::projects {

// Whoever enables something below `parent_id` and whoever disables that parent write the parent's
// row: one waits for the other, or is rerun. Reads after this, if they lock, are final. A domain
// is no such parent: it may be disabled above enabled projects, and its row would be hot.
Status ClaimParent(db::Transaction& tx, std::string_view parent_id, std::string_view domain_id);

// The depth of a new enabled project below `parent_id`, whose row is claimed. kInvalidArgument for
// an unknown domain or parent, a parent of another domain, a disabled branch; kPermissionDenied
// PROJECT_TOO_DEEP.
StatusOr<int> CheckPlace(db::Transaction& tx, const std::string& domain_id,
                         const std::string& parent_id);

}  // namespace tstack::identity::projects
