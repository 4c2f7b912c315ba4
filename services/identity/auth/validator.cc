#include "services/identity/auth/validator.h"

#include <utility>

#include "services/identity/auth/validity.h"

namespace tstack::identity::auth {

ScopeRequest ScopeRequestOf(const tokens::Scope& scope) {
  using Kind = tokens::Scope::Kind;
  switch (scope.kind) {
    case Kind::kUnscoped:
      return {ScopeRequest::Kind::kUnscoped, {}, {}};
    case Kind::kProject:
      return {ScopeRequest::Kind::kProject, {scope.id, "", {}}, {}};
    case Kind::kDomain:
      return {ScopeRequest::Kind::kDomain, {}, {scope.id, ""}};
    case Kind::kSystem:
      return {ScopeRequest::Kind::kSystem, {}, {}};
  }
  return {};
}

StatusOr<ValidToken> TokenValidator::Validate(const CallContext& ctx, std::string_view token,
                                              absl::Duration grace) {
  StatusOr<ValidToken> valid = ValidateUncounted(ctx, token, grace);
  if (metrics_ != nullptr) metrics_->CountCheck(valid.status());
  return valid;
}

StatusOr<ValidToken> TokenValidator::ValidateUncounted(const CallContext& ctx,
                                                       std::string_view token,
                                                       absl::Duration grace) {
  ASSIGN_OR_RETURN(tokens::OpenedToken opened, codec_.Open(ctx, token));
  const tokens::Payload& payload = opened.payload;
  // Cheap and final: no need to ask the database.
  if (clock_.Now() >= payload.expires_at + grace) {
    return Error(StatusCode::kUnauthenticated, "TOKEN_EXPIRED", "the token has expired");
  }
  BearerQuery query{payload.user_id, ScopeRequestOf(payload.scope), payload.audit_ids.front(),
                    payload.audit_ids.back()};
  ASSIGN_OR_RETURN(std::optional<Bearer> bearer, directory_.Load(ctx, query));
  if (!bearer) {
    return Error(StatusCode::kUnauthenticated, "TOKEN_INVALID",
                 "the token stands for nobody any more");
  }
  RETURN_IF_ERROR(CheckToken(opened, *bearer, clock_.Now(), grace));
  return ValidToken{std::move(opened), *std::move(bearer)};
}

}  // namespace tstack::identity::auth
