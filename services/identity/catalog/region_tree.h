// Regions form trees: what that asks of a change. For transactions that have recorded their change,
// so that the tree holds still.
#pragma once

#include <string_view>

#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/catalog.pb.h"

namespace tstack::identity::catalog {

// kNotFound for an unknown parent; kInvalidArgument REGION_CYCLE if the region would be above
// itself.
Status CheckParent(db::Transaction& tx, const v1::Region& region);

// The region with those below it. kNotFound; kPermissionDenied REGION_IN_USE.
Status DeleteBranch(db::Transaction& tx, std::string_view id);

}  // namespace tstack::identity::catalog
