// Whether a password is that of a user: for logins and for changes of a password.
#pragma once

#include <string>
#include <string_view>

#include "common/context/call_context.h"
#include "common/log/secret.h"
#include "services/identity/auth/directory.h"
#include "services/identity/passwords/hasher.h"

namespace tstack::identity::auth {

// kUnauthenticated with reason LOGIN_REFUSED: the one answer that tells nothing.
Status LoginRefused();

// Thread-safe. `directory` counts by the same rules.
class PasswordProver {
 public:
  PasswordProver(Directory& directory, passwords::Hasher& hasher, const LockoutRules& lockout)
      : directory_(directory), hasher_(hasher), lockout_(lockout) {}

  // The account, if it is enabled, not locked and this is its password. LoginRefused() for all
  // else, unknown users and domains included, and always at the same cost: one hash, and with
  // lockout on one write. A wrong password counts towards the lock. An account that guesses lock
  // while this password is being hashed is refused too: sending many guesses at once gains nothing.
  // A hash that is not written as today is replaced. kUnavailable LOGIN_OVERLOADED.
  StatusOr<Account> Prove(const CallContext& ctx, const OwnedRef& user,
                          const log::Secret<std::string>& password);

  // Always an error: LoginRefused() at the cost of one write with lockout on. Counts a wrong
  // password of this user; "" counts nothing.
  Status Refuse(const CallContext& ctx, std::string_view failed_user_id);

 private:
  StatusOr<bool> Matches(const CallContext& ctx, const std::optional<Account>& account,
                         const log::Secret<std::string>& password);
  StatusOr<bool> StillOpen(const CallContext& ctx, const Account& account);
  void Renew(const CallContext& ctx, Account& account, const log::Secret<std::string>& password);

  Directory& directory_;
  passwords::Hasher& hasher_;
  const LockoutRules lockout_;
};

}  // namespace tstack::identity::auth
