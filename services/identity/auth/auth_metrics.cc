#include "services/identity/auth/auth_metrics.h"

#include <string_view>

namespace tstack::identity::auth {
namespace {

std::string_view MethodOf(const LoginRequest& login) {
  if (login.by_password && login.by_token) return "both";
  return login.by_token ? "token" : "password";
}

std::string_view OutcomeOf(const Status& status) {
  if (status.ok()) return "issued";
  const std::string reason = ReasonOf(status);
  if (reason == "PASSWORD_EXPIRED") return "password_expired";
  if (reason == "AUTH_METHODS_INSUFFICIENT") return "methods_insufficient";
  if (reason == "LOGIN_OVERLOADED") return "overloaded";
  const bool refused = absl::IsUnauthenticated(status) || absl::IsNotFound(status) ||
                       absl::IsPermissionDenied(status);
  return refused ? "refused" : "failed";
}

std::string_view VerdictOf(const Status& status) {
  if (status.ok()) return "valid";
  return absl::IsUnauthenticated(status) ? "refused" : "failed";
}

}  // namespace

AuthMetrics::AuthMetrics(metrics::Registry& registry)
    : logins_(registry.Counters("tstack_identity_logins_total",
                                "Requests for a token by what became of them.",
                                {{"method", {"password", "token", "both"}},
                                 {"outcome",
                                  {"issued", "refused", "password_expired", "methods_insufficient",
                                   "overloaded", "failed"}}})),
      checks_(registry.Counters("tstack_identity_token_checks_total",
                                "Tokens that were looked at, by verdict.",
                                {{"verdict", {"valid", "refused", "failed"}}})) {}

void AuthMetrics::CountLogin(const LoginRequest& login, const Status& status) {
  logins_.With({MethodOf(login), OutcomeOf(status)}).Add();
}

void AuthMetrics::CountCheck(const Status& status) { checks_.With({VerdictOf(status)}).Add(); }

}  // namespace tstack::identity::auth
