// How a user's row is read.
#pragma once

#include <string_view>

#include "common/db/database.h"
#include "common/status/status.h"
#include "services/identity/users/user_store.h"

namespace tstack::identity::users {

// Columns of ReadUser, from "user u LEFT JOIN password p ON p.user_id = u.id".
#define TSTACK_USER_COLUMNS                                                                \
  "u.id, u.name, u.domain_id, u.enabled, u.default_project_id, u.description, u.options, " \
  "u.extra, p.expires_at "
#define TSTACK_USER_TABLES "FROM user u LEFT JOIN password p ON p.user_id = u.id "

inline constexpr size_t kUserColumns = 9;

StatusOr<v1::User> ReadUser(const db::Row& row);

}  // namespace tstack::identity::users
