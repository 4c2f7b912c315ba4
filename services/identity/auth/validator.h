// From token text to who it stands for: decode, one database snapshot, check.
#pragma once

#include <string_view>

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/time/clock.h"
#include "services/identity/auth/auth_metrics.h"
#include "services/identity/auth/directory.h"
#include "services/identity/tokens/codec.h"

namespace tstack::identity::auth {

struct ValidToken {
  tokens::OpenedToken token;
  Bearer bearer;
};

// Thread-safe.
class TokenValidator {
 public:
  TokenValidator(tokens::TokenCodec& codec, Directory& directory, const Clock& clock,
                 AuthMetrics* metrics = nullptr)
      : codec_(codec), directory_(directory), clock_(clock), metrics_(metrics) {}

  // kUnauthenticated with reason TOKEN_INVALID, TOKEN_EXPIRED (more than `grace` ago) or
  // TOKEN_REVOKED; kUnavailable if the database cannot be asked.
  StatusOr<ValidToken> Validate(const CallContext& ctx, std::string_view token,
                                absl::Duration grace = absl::ZeroDuration());

 private:
  StatusOr<ValidToken> ValidateUncounted(const CallContext& ctx, std::string_view token,
                                         absl::Duration grace);

  tokens::TokenCodec& codec_;
  Directory& directory_;
  const Clock& clock_;
  AuthMetrics* const metrics_;  // may be null
};

// The request that leads to the scope a token already has.
ScopeRequest ScopeRequestOf(const tokens::Scope& scope);

}  // namespace tstack::identity::auth
