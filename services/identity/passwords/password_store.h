// Rows of the table `password`, inside the transaction of whoever changes the user.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"

#include "common/db/database.h"
#include "common/status/status.h"

namespace tstack::identity::passwords {

// Sets or replaces the user's password hash (Hasher::Hash, made before the transaction began) and
// clears failures. Does not kill tokens: on a change also call auth::InvalidateTokensOf.
Status SetPassword(db::Transaction& tx, std::string_view user_id, std::string_view hash,
                   std::optional<absl::Time> expires_at = std::nullopt);

// The stored hash; nullopt if the user has none.
StatusOr<std::optional<std::string>> GetPasswordHash(db::Transaction& tx, std::string_view user_id);

// With the user's row.
Status DeletePassword(db::Transaction& tx, std::string_view user_id);

}  // namespace tstack::identity::passwords
