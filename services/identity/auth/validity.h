// Whether a genuine token still stands for somebody.
#pragma once

#include <optional>

#include "absl/time/time.h"

#include "common/status/status.h"
#include "services/identity/auth/directory.h"
#include "services/identity/tokens/codec.h"

namespace tstack::identity::auth {

// Tokens of this user with this scope issued at or before this are dead; a new one is issued later,
// whatever the clocks say.
std::optional<absl::Time> InvalidBefore(const Bearer& bearer);

// Can this user, with this scope, hold a token at all? kUnauthenticated with reason SCOPE_REFUSED:
// the user or its domain is disabled, or the scope does not exist, is disabled, or gives no role.
Status CheckBearer(const Bearer& bearer);

// The same for a token that exists: kUnauthenticated with reason TOKEN_EXPIRED (more than `grace`
// ago), TOKEN_REVOKED, or TOKEN_INVALID for what CheckBearer refuses.
Status CheckToken(const tokens::OpenedToken& token, const Bearer& bearer, absl::Time now,
                  absl::Duration grace);

}  // namespace tstack::identity::auth
