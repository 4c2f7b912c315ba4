#include "services/identity/auth/issuer.h"

#include <algorithm>
#include <utility>

#include "services/identity/auth/user_options.h"
#include "services/identity/auth/validity.h"

namespace tstack::identity::auth {
namespace {

absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

}  // namespace

StatusOr<IssuedToken> TokenIssuer::Issue(const CallContext& ctx, const LoginRequest& login) {
  StatusOr<IssuedToken> issued = IssueUncounted(ctx, login);
  if (metrics_ != nullptr) metrics_->CountLogin(login, issued.status());
  return issued;
}

StatusOr<IssuedToken> TokenIssuer::IssueUncounted(const CallContext& ctx,
                                                  const LoginRequest& login) {
  ASSIGN_OR_RETURN(const Proof proof, Prove(ctx, login));
  const bool resource = login.scope.kind == ScopeRequest::Kind::kProject ||
                        login.scope.kind == ScopeRequest::Kind::kDomain;
  if (proof.from_system && resource) {
    return Error(StatusCode::kPermissionDenied, "RESCOPE_REFUSED",
                 "a token of the system cannot be exchanged for one of a project or domain");
  }
  ASSIGN_OR_RETURN(Bearer bearer, LoadBearer(ctx, proof, login.scope));
  // The password changed, or the user was disabled, while we looked at the old proof.
  if (bearer.invalid_before != proof.invalid_before) return LoginRefused();
  RETURN_IF_ERROR(CheckMethods(bearer.user_options, proof.methods));
  return Write(ctx, proof, std::move(bearer));
}

StatusOr<TokenIssuer::Proof> TokenIssuer::Prove(const CallContext& ctx, const LoginRequest& login) {
  Proof proof;
  // The cheap one first: a bad token must not cost a hash.
  if (login.by_token) RETURN_IF_ERROR(ProveToken(ctx, login.token, proof));
  if (login.by_password) RETURN_IF_ERROR(ProvePassword(ctx, login, proof));
  if (proof.user_id.empty()) return LoginRefused();
  return proof;
}

Status TokenIssuer::ProveToken(const CallContext& ctx, const log::Secret<std::string>& token,
                               Proof& proof) {
  auto valid = validator_.Validate(ctx, token.Reveal());
  if (absl::IsUnauthenticated(valid.status())) {
    return Error(StatusCode::kNotFound, "TOKEN_NOT_FOUND", "Could not recognize the token.");
  }
  if (!valid.ok()) return valid.status();
  const tokens::Payload& payload = valid->token.payload;
  proof.user_id = payload.user_id;
  proof.methods = payload.methods;
  proof.methods.push_back("token");
  proof.chain_id = payload.audit_ids.back();
  // Otherwise one password would be good for ever.
  proof.expires_at = payload.expires_at;
  proof.invalid_before = valid->bearer.invalid_before;
  proof.from_system = payload.scope.kind == tokens::Scope::Kind::kSystem;
  return absl::OkStatus();
}

Status TokenIssuer::ProvePassword(const CallContext& ctx, const LoginRequest& login, Proof& proof) {
  ASSIGN_OR_RETURN(const Account account, prover_.Prove(ctx, login.user, login.password));
  if (!proof.user_id.empty() && proof.user_id != account.user_id) return prover_.Refuse(ctx, "");
  if (account.password_expired) {
    return Error(
        StatusCode::kUnauthenticated, "PASSWORD_EXPIRED",
        "The password is expired and needs to be changed for user: " + account.user_id + ".");
  }
  if (proof.user_id.empty()) proof.invalid_before = account.invalid_before;
  proof.user_id = account.user_id;
  proof.methods.push_back("password");
  proof.by_password = true;
  return absl::OkStatus();
}

StatusOr<Bearer> TokenIssuer::LoadBearer(const CallContext& ctx, const Proof& proof,
                                         const ScopeRequest& scope) {
  if (scope.kind == ScopeRequest::Kind::kDefault) return LoadDefault(ctx, proof);
  ASSIGN_OR_RETURN(std::optional<Bearer> bearer,
                   directory_.Load(ctx, {proof.user_id, scope, "", "", proof.by_password}));
  if (!bearer || !CheckBearer(*bearer).ok()) return LoginRefused();
  return *std::move(bearer);
}

// The user's default project if it works, else unscoped.
StatusOr<Bearer> TokenIssuer::LoadDefault(const CallContext& ctx, const Proof& proof) {
  const ScopeRequest unscoped{ScopeRequest::Kind::kUnscoped, {}, {}};
  ASSIGN_OR_RETURN(Bearer bearer, LoadBearer(ctx, proof, unscoped));
  if (bearer.default_project_id.empty() || proof.from_system) return bearer;
  const ScopeRequest wish{ScopeRequest::Kind::kProject, {bearer.default_project_id, "", {}}, {}};
  ASSIGN_OR_RETURN(std::optional<Bearer> scoped,
                   directory_.Load(ctx, {proof.user_id, wish, "", "", proof.by_password}));
  if (scoped && CheckBearer(*scoped).ok()) return *std::move(scoped);
  return bearer;
}

StatusOr<IssuedToken> TokenIssuer::Write(const CallContext& ctx, const Proof& proof,
                                         Bearer bearer) {
  tokens::OpenedToken token;
  const absl::Time now = WholeSeconds(clock_.Now());
  token.issued_at = now;
  // A login just after a password change, or after its project was enabled again, is newer than
  // that, whatever the clocks say.
  if (const auto dead = InvalidBefore(bearer); dead.has_value()) {
    token.issued_at = std::max(now, *dead + absl::Seconds(1));
  }
  tokens::Payload& payload = token.payload;
  payload.user_id = bearer.user_id;
  payload.methods = codec_.methods().Decode(codec_.methods().Encode(proof.methods));
  payload.scope = bearer.scope;
  payload.expires_at = std::min(proof.expires_at, now + lifetime_);
  payload.audit_ids.push_back(codec_.NewAuditId());
  if (!proof.chain_id.empty()) payload.audit_ids.push_back(proof.chain_id);
  ASSIGN_OR_RETURN(std::string text, codec_.Write(ctx, payload, token.issued_at));
  return IssuedToken{log::Secret<std::string>(std::move(text)),
                     {std::move(token), std::move(bearer)}};
}

}  // namespace tstack::identity::auth
