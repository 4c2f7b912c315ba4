// What a bearer depends on: the (kind, id) pairs whose change makes it untrue.
#pragma once

#include <string>
#include <vector>

#include "services/identity/auth/directory.h"
#include "tstack/identity/v1/authority.pb.h"

namespace tstack::identity::auth {

// `audit_ids`: of its token, if it is of one; empty and repeated ones do not count.
std::vector<v1::Dependency> DependenciesOf(const Bearer& bearer,
                                           const std::vector<std::string>& audit_ids);

}  // namespace tstack::identity::auth
