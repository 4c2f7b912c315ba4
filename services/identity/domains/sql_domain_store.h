// DomainStore on the schema.
#pragma once

#include <memory>

#include "common/ids/ids.h"
#include "services/identity/domains/domain_store.h"

namespace tstack::identity::domains {

// `database` and `ids` must outlive it.
std::unique_ptr<DomainStore> MakeSqlDomainStore(db::Database& database, IdSource& ids);

}  // namespace tstack::identity::domains
