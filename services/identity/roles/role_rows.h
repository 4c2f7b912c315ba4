// How rows of `role` and `implied_role` are read.
#pragma once

#include <string_view>
#include <vector>

#include "common/db/database.h"
#include "common/status/status.h"
#include "services/identity/roles/role_store.h"

namespace tstack::identity::roles {

// Columns of ReadRole, from "role r".
#define TSTACK_ROLE_COLUMNS "r.id, r.name, r.domain_id, r.description, r.immutable, r.extra "

inline constexpr std::string_view kSelectRole =
    "SELECT " TSTACK_ROLE_COLUMNS "FROM role r WHERE r.id = ?";

StatusOr<v1::Role> ReadRole(const db::Row& row);
// kNotFound with reason ROLE_NOT_FOUND.
StatusOr<v1::Role> GetRole(db::Transaction& tx, std::string_view id);

// The rules of one prior role, of all if `prior` is empty; only that about `implied` unless empty.
StatusOr<std::vector<Implication>> ReadImplications(db::Transaction& tx, std::string_view prior,
                                                    std::string_view implied);

}  // namespace tstack::identity::roles
