// Logging in: from a checked login request to a token.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/time/clock.h"
#include "services/identity/auth/auth_metrics.h"
#include "services/identity/auth/directory.h"
#include "services/identity/auth/login_request.h"
#include "services/identity/auth/password_prover.h"
#include "services/identity/auth/validator.h"
#include "services/identity/tokens/codec.h"

namespace tstack::identity::auth {

struct IssuedToken {
  log::Secret<std::string> text;
  ValidToken valid;
};

// Thread-safe.
class TokenIssuer {
 public:
  TokenIssuer(Directory& directory, PasswordProver& prover, tokens::TokenCodec& codec,
              TokenValidator& validator, const Clock& clock, absl::Duration lifetime,
              AuthMetrics* metrics = nullptr)
      : directory_(directory),
        prover_(prover),
        codec_(codec),
        validator_(validator),
        clock_(clock),
        lifetime_(lifetime),
        metrics_(metrics) {}

  // kUnauthenticated with reason LOGIN_REFUSED for what PasswordProver refuses, and with the same
  // text for a scope without a role. After the right password: kUnauthenticated PASSWORD_EXPIRED,
  // or AUTH_METHODS_INSUFFICIENT if the user's rules demand more methods. kNotFound TOKEN_NOT_FOUND
  // for a token that is not valid; kPermissionDenied RESCOPE_REFUSED from the system to a project
  // or domain; kUnavailable LOGIN_OVERLOADED.
  StatusOr<IssuedToken> Issue(const CallContext& ctx, const LoginRequest& login);

 private:
  // Who has proved to be whom, and what a new token inherits.
  struct Proof {
    std::string user_id;
    std::vector<std::string> methods;
    std::string chain_id;  // audit id of the first token of the chain
    absl::Time expires_at = absl::InfiniteFuture();
    bool from_system = false;
    bool by_password = false;
    std::optional<absl::Time> invalid_before;  // of the user, when the proof was read
  };

  StatusOr<IssuedToken> IssueUncounted(const CallContext& ctx, const LoginRequest& login);
  StatusOr<Proof> Prove(const CallContext& ctx, const LoginRequest& login);
  Status ProvePassword(const CallContext& ctx, const LoginRequest& login, Proof& proof);
  Status ProveToken(const CallContext& ctx, const log::Secret<std::string>& token, Proof& proof);
  StatusOr<Bearer> LoadBearer(const CallContext& ctx, const Proof& proof,
                              const ScopeRequest& scope);
  StatusOr<Bearer> LoadDefault(const CallContext& ctx, const Proof& proof);
  StatusOr<IssuedToken> Write(const CallContext& ctx, const Proof& proof, Bearer bearer);

  Directory& directory_;
  PasswordProver& prover_;
  tokens::TokenCodec& codec_;
  TokenValidator& validator_;
  const Clock& clock_;
  const absl::Duration lifetime_;
  AuthMetrics* const metrics_;  // may be null
};

}  // namespace tstack::identity::auth
