#include "services/identity/auth/token_handlers.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/empty.pb.h"

#include "common/log/log.h"
#include "common/policy/credentials.h"
#include "services/identity/auth/token_body.h"
#include "services/identity/auth/validity.h"
#include "services/identity/catalog/catalog_store.h"

namespace tstack::identity::auth {
namespace {

bool MayLookAtExpired(const CallContext& ctx) {
  const common::v1::AuthContext& auth = ctx.request.auth;
  return ::tstack::policy::HasRole(auth, "service") || ::tstack::policy::HasRole(auth, "admin");
}

}  // namespace

StatusOr<v1::Token> TokenHandlers::IssueToken(const CallContext& ctx,
                                              const v1::IssueTokenRequest& request) {
  ASSIGN_OR_RETURN(const LoginRequest login, ParseLogin(request));
  ASSIGN_OR_RETURN(const IssuedToken issued, issuer_.Issue(ctx, login));
  v1::Token body = TokenBody(issued.valid, issued.text.Reveal());
  if (login.catalog) RETURN_IF_ERROR(AddCatalog(ctx, body));
  return body;
}

StatusOr<ValidToken> TokenHandlers::Subject(const CallContext& ctx, const std::string& token,
                                            absl::Duration grace) {
  auto valid = validator_.Validate(ctx, token, grace);
  if (!absl::IsUnauthenticated(valid.status())) return valid;
  return Error(StatusCode::kNotFound, "TOKEN_NOT_FOUND", "Could not recognize the token.");
}

StatusOr<v1::Token> TokenHandlers::ValidateToken(const CallContext& ctx,
                                                 const v1::ValidateTokenRequest& request) {
  const bool expired_too = request.allow_expired() && MayLookAtExpired(ctx);
  const absl::Duration grace = expired_too ? allow_expired_window_ : absl::ZeroDuration();
  ASSIGN_OR_RETURN(const ValidToken valid, Subject(ctx, request.subject_token(), grace));
  RETURN_IF_ERROR(policy_.Enforce(ctx, {{"target.token.user_id", valid.bearer.user_id}}));
  v1::Token body = TokenBody(valid, request.subject_token());
  if (!request.has_nocatalog() && ctx.request.method != "HEAD")
    RETURN_IF_ERROR(AddCatalog(ctx, body));
  return body;
}

Status TokenHandlers::RevokeToken(const CallContext& ctx, const v1::RevokeTokenRequest& request) {
  ASSIGN_OR_RETURN(const ValidToken valid,
                   Subject(ctx, request.subject_token(), absl::ZeroDuration()));
  RETURN_IF_ERROR(policy_.Enforce(ctx, {{"target.token.user_id", valid.bearer.user_id}}));
  const tokens::Payload& payload = valid.token.payload;
  RETURN_IF_ERROR(
      directory_.RevokeToken(ctx, payload.audit_ids.front(), false,
                             payload.expires_at + allow_expired_window_ + absl::Minutes(5)));
  log::Info(ctx, "token_revoked",
            {{"audit_id", payload.audit_ids.front()}, {"subject_user_id", payload.user_id}});
  return absl::OkStatus();
}

StatusOr<v1::ListAuthCatalogResponse> TokenHandlers::ListAuthCatalog(const CallContext& ctx) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  const common::v1::AuthContext& auth = ctx.request.auth;
  if (auth.project_id().empty()) {
    return Error(StatusCode::kPermissionDenied, "CATALOG_NEEDS_PROJECT",
                 "The catalog needs a token with a project scope.");
  }
  ASSIGN_OR_RETURN(const SharedCatalog catalog, directory_.Catalog(ctx));
  v1::ListAuthCatalogResponse response;
  catalog::FillCatalog(catalog->services, auth.project_id(), auth.user_id(),
                       response.mutable_catalog());
  return response;
}

StatusOr<v1::ListAuthSystemResponse> TokenHandlers::ListAuthSystem(const CallContext& ctx) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  const ScopeRequest system{ScopeRequest::Kind::kSystem, {}, {}};
  ASSIGN_OR_RETURN(const std::optional<Bearer> bearer,
                   directory_.Load(ctx, {ctx.request.auth.user_id(), system, "", ""}));
  v1::ListAuthSystemResponse response;
  if (bearer && CheckBearer(*bearer).ok()) response.add_system()->set_all(true);
  return response;
}

StatusOr<v1::AuthenticateResponse> TokenHandlers::Authenticate(
    const CallContext& ctx, const v1::AuthenticateRequest& request) {
  const absl::Duration asked = absl::Seconds(std::max<int64_t>(0, request.expired_grace_seconds()));
  ASSIGN_OR_RETURN(
      const ValidToken valid,
      validator_.Validate(ctx, request.token(), std::min(asked, allow_expired_window_)));
  return AuthorityOf(valid);
}

Status TokenHandlers::AddCatalog(const CallContext& ctx, v1::Token& body) {
  if (!body.has_project() && !body.has_domain() && !body.has_system()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const SharedCatalog catalog, directory_.Catalog(ctx));
  catalog::FillCatalog(catalog->services, body.project().id(), body.user().id(),
                       body.mutable_catalog());
  return absl::OkStatus();
}

void RegisterTokenHandlers(TokenHandlers& tokens, ChangeFeed& feed, rpc::Handlers& handlers) {
  using google::protobuf::Empty;
  handlers.Unary<v1::IssueTokenRequest, v1::Token>(
      "tstack.identity.v1.Tokens.IssueToken",
      [&](const CallContext& ctx, const v1::IssueTokenRequest& request) {
        return tokens.IssueToken(ctx, request);
      });
  handlers.Unary<v1::ValidateTokenRequest, v1::Token>(
      "tstack.identity.v1.Tokens.ValidateToken",
      [&](const CallContext& ctx, const v1::ValidateTokenRequest& request) {
        return tokens.ValidateToken(ctx, request);
      });
  handlers.Unary<v1::RevokeTokenRequest, Empty>(
      "tstack.identity.v1.Tokens.RevokeToken",
      [&](const CallContext& ctx, const v1::RevokeTokenRequest& request) -> StatusOr<Empty> {
        RETURN_IF_ERROR(tokens.RevokeToken(ctx, request));
        return Empty();
      });
  handlers.Unary<v1::ListAuthCatalogRequest, v1::ListAuthCatalogResponse>(
      "tstack.identity.v1.Tokens.ListAuthCatalog",
      [&](const CallContext& ctx, const v1::ListAuthCatalogRequest&) {
        return tokens.ListAuthCatalog(ctx);
      });
  handlers.Unary<v1::ListAuthSystemRequest, v1::ListAuthSystemResponse>(
      "tstack.identity.v1.Tokens.ListAuthSystem",
      [&](const CallContext& ctx, const v1::ListAuthSystemRequest&) {
        return tokens.ListAuthSystem(ctx);
      });
  handlers.Unary<v1::AuthenticateRequest, v1::AuthenticateResponse>(
      "tstack.identity.v1.Authority.Authenticate",
      [&](const CallContext& ctx, const v1::AuthenticateRequest& request) {
        return tokens.Authenticate(ctx, request);
      });
  handlers.LiveStream<v1::WatchAuthRequest, v1::AuthEvent>(
      "tstack.identity.v1.Authority.WatchAuth",
      [&](const CallContext& ctx, const v1::WatchAuthRequest& request,
          const rpc::Sink<v1::AuthEvent>& sink) {
        return feed.Watch(ctx, request.after_seq(), sink);
      });
}

}  // namespace tstack::identity::auth
