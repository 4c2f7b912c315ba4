// The catalog's stores on the schema.
#pragma once

#include <memory>

#include "common/ids/ids.h"
#include "services/identity/catalog/catalog_store.h"

namespace tstack::identity::catalog {

// `database` and `ids` must outlive them.
std::unique_ptr<RegionStore> MakeSqlRegionStore(db::Database& database, IdSource& ids);
std::unique_ptr<ServiceStore> MakeSqlServiceStore(db::Database& database, IdSource& ids);
std::unique_ptr<EndpointStore> MakeSqlEndpointStore(db::Database& database, IdSource& ids);

}  // namespace tstack::identity::catalog
