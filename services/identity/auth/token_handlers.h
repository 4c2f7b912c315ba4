// The rpcs of Tokens and Authority.
#pragma once

#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/auth/change_feed.h"
#include "services/identity/auth/directory.h"
#include "services/identity/auth/issuer.h"
#include "services/identity/auth/validator.h"
#include "tstack/identity/v1/authority.pb.h"
#include "tstack/identity/v1/tokens.pb.h"

namespace tstack::identity::auth {

// Thread-safe. All collaborators must outlive it.
class TokenHandlers {
 public:
  TokenHandlers(TokenIssuer& issuer, TokenValidator& validator, Directory& directory,
                const ::tstack::policy::Engine& policy, absl::Duration allow_expired_window)
      : issuer_(issuer),
        validator_(validator),
        directory_(directory),
        policy_(policy),
        allow_expired_window_(allow_expired_window) {}

  StatusOr<v1::Token> IssueToken(const CallContext& ctx, const v1::IssueTokenRequest& request);
  StatusOr<v1::Token> ValidateToken(const CallContext& ctx,
                                    const v1::ValidateTokenRequest& request);
  Status RevokeToken(const CallContext& ctx, const v1::RevokeTokenRequest& request);
  StatusOr<v1::ListAuthCatalogResponse> ListAuthCatalog(const CallContext& ctx);
  StatusOr<v1::ListAuthSystemResponse> ListAuthSystem(const CallContext& ctx);
  StatusOr<v1::AuthenticateResponse> Authenticate(const CallContext& ctx,
                                                  const v1::AuthenticateRequest& request);

 private:
  // The subject of a request: kNotFound instead of kUnauthenticated, because the caller's own token
  // is fine.
  StatusOr<ValidToken> Subject(const CallContext& ctx, const std::string& token,
                               absl::Duration grace);
  Status AddCatalog(const CallContext& ctx, v1::Token& body);

  TokenIssuer& issuer_;
  TokenValidator& validator_;
  Directory& directory_;
  const ::tstack::policy::Engine& policy_;
  const absl::Duration allow_expired_window_;
};

// Registers both services.
void RegisterTokenHandlers(TokenHandlers& tokens, ChangeFeed& feed, rpc::Handlers& handlers);

}  // namespace tstack::identity::auth
