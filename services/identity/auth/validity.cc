#include "services/identity/auth/validity.h"

#include <algorithm>

namespace tstack::identity::auth {
namespace {

using Kind = tokens::Scope::Kind;

Status Dead(std::string_view reason, std::string_view message) {
  return Error(StatusCode::kUnauthenticated, reason, message);
}

bool ScopeUsable(const Bearer& bearer) {
  if (bearer.scope.kind == Kind::kUnscoped) return true;
  if (!bearer.scope_found || !bearer.scope_enabled || bearer.roles.empty()) return false;
  return bearer.scope.kind != Kind::kProject || bearer.scope_domain.enabled;
}

}  // namespace

std::optional<absl::Time> InvalidBefore(const Bearer& bearer) {
  return std::max(bearer.invalid_before, bearer.scope_invalid_before);  // nullopt is the least
}

Status CheckBearer(const Bearer& bearer) {
  if (bearer.user_enabled && bearer.user_domain.enabled && ScopeUsable(bearer))
    return absl::OkStatus();
  return Dead("SCOPE_REFUSED", "the user has no access to the requested scope");
}

Status CheckToken(const tokens::OpenedToken& token, const Bearer& bearer, absl::Time now,
                  absl::Duration grace) {
  if (now >= token.payload.expires_at + grace)
    return Dead("TOKEN_EXPIRED", "the token has expired");
  const std::optional<absl::Time> invalid_before = InvalidBefore(bearer);
  const bool invalidated = invalid_before && token.issued_at <= *invalid_before;
  if (bearer.revoked || invalidated) return Dead("TOKEN_REVOKED", "the token was revoked");
  if (!CheckBearer(bearer).ok())
    return Dead("TOKEN_INVALID", "the token stands for nobody any more");
  return absl::OkStatus();
}

}  // namespace tstack::identity::auth
