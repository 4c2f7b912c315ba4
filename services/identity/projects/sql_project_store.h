// ProjectStore on the schema.
#pragma once

#include <memory>

#include "common/ids/ids.h"
#include "services/identity/projects/project_store.h"

namespace tstack::identity::projects {

// `database` and `ids` must outlive it.
std::unique_ptr<ProjectStore> MakeSqlProjectStore(db::Database& database, IdSource& ids);

}  // namespace tstack::identity::projects
