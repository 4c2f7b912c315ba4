// AssignmentStore on the schema.
#pragma once

#include <memory>

#include "common/ids/ids.h"
#include "services/identity/assignments/assignment_store.h"

namespace tstack::identity::assignments {

// `database` and `ids` must outlive it.
std::unique_ptr<AssignmentStore> MakeSqlAssignmentStore(db::Database& database, IdSource& ids);

}  // namespace tstack::identity::assignments
