// What operators see of logins and of checks of tokens.
#pragma once

#include "common/metrics/metrics.h"
#include "common/status/status.h"
#include "services/identity/auth/login_request.h"

namespace tstack::identity::auth {

// Thread-safe.
class AuthMetrics {
 public:
  explicit AuthMetrics(metrics::Registry& registry);

  // By what was proved and what became of it: "issued" counts the tokens.
  void CountLogin(const LoginRequest& login, const Status& status);
  // One token was looked at.
  void CountCheck(const Status& status);

 private:
  metrics::Family<metrics::Counter>& logins_;
  metrics::Family<metrics::Counter>& checks_;
};

}  // namespace tstack::identity::auth
