// bcrypt through libxcrypt. Blocking and expensive: see Hasher for the pool in front of it.
#pragma once

#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::identity::passwords {

// bcrypt looks at no more bytes than these.
inline constexpr size_t kBcryptMaxBytes = 72;

// "$2b$<cost>$…" of the first 72 bytes. `salt`: 16 random bytes; cost 4 to 31. A NUL byte in the
// password is kInvalidArgument, PASSWORD_INVALID.
StatusOr<std::string> BcryptHash(std::string_view password, int cost, std::string_view salt);

// False also for a hash that is no crypt(3) string of a supported kind ($2a$, $2b$, $2y$).
bool BcryptMatches(std::string_view password, const std::string& hash);

}  // namespace tstack::identity::passwords
