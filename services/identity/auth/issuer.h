// Logging in: from a checked login request to a token.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/time/clock.h"
#include "services/identity/auth/directory.h"
#include "services/identity/auth/login_request.h"
#include "services/identity/auth/validator.h"
#include "services/identity/passwords/hasher.h"
#include "services/identity/tokens/codec.h"

namespace tstack::identity::auth {

struct IssueRules {
  absl::Duration lifetime = absl::Hours(1);
  LockoutRules lockout;
};

struct IssuedToken {
  std::string text;
  ValidToken valid;
};

// Thread-safe.
class TokenIssuer {
 public:
  TokenIssuer(Directory& directory, passwords::Hasher& hasher, tokens::TokenCodec& codec,
              TokenValidator& validator, const Clock& clock, const IssueRules& rules)
      : directory_(directory),
        hasher_(hasher),
        codec_(codec),
        validator_(validator),
        clock_(clock),
        rules_(rules) {}

  // kUnauthenticated with reason LOGIN_REFUSED and one text for: unknown user or domain, wrong
  // password, disabled, locked, no role on the scope. These also cost the same: one hash, and with
  // lockout on one write. kUnauthenticated PASSWORD_EXPIRED after the right password; kNotFound
  // TOKEN_NOT_FOUND for a token that is not valid; kPermissionDenied RESCOPE_REFUSED from the
  // system to a project or domain; kUnavailable LOGIN_OVERLOADED.
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

  StatusOr<Proof> Prove(const CallContext& ctx, const LoginRequest& login);
  Status ProvePassword(const CallContext& ctx, const LoginRequest& login, Proof& proof);
  Status ProveToken(const CallContext& ctx, const std::string& token, Proof& proof);
  StatusOr<bool> PasswordMatches(const CallContext& ctx, const std::optional<Account>& account,
                                 const std::string& password);
  Status Refuse(const CallContext& ctx, std::string_view failed_user_id);
  StatusOr<Bearer> LoadBearer(const CallContext& ctx, const Proof& proof,
                              const ScopeRequest& scope);
  StatusOr<Bearer> LoadDefault(const CallContext& ctx, const Proof& proof);
  StatusOr<IssuedToken> Write(const CallContext& ctx, const Proof& proof, Bearer bearer);

  Directory& directory_;
  passwords::Hasher& hasher_;
  tokens::TokenCodec& codec_;
  TokenValidator& validator_;
  const Clock& clock_;
  const IssueRules rules_;
};

}  // namespace tstack::identity::auth
