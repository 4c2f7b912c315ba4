#include "services/identity/auth/password_prover.h"

#include <utility>

#include "common/log/log.h"

namespace tstack::identity::auth {

Status LoginRefused() {
  return Error(StatusCode::kUnauthenticated, "LOGIN_REFUSED",
               "The request you have made requires authentication.");
}

StatusOr<Account> PasswordProver::Prove(const CallContext& ctx, const OwnedRef& user,
                                        const log::Secret<std::string>& password) {
  ASSIGN_OR_RETURN(std::optional<Account> account, directory_.FindAccount(ctx, user));
  ASSIGN_OR_RETURN(const bool matches, Matches(ctx, account, password));
  if (!matches || !account->enabled || account->locked) {
    const bool countable = account && account->lockable && !account->locked && !matches;
    return Refuse(ctx, countable ? account->user_id : "");
  }
  ASSIGN_OR_RETURN(const bool open, StillOpen(ctx, *account));
  if (!open) return Refuse(ctx, "");
  Renew(ctx, *account, password);
  return *std::move(account);
}

StatusOr<bool> PasswordProver::Matches(const CallContext& ctx,
                                       const std::optional<Account>& account,
                                       const log::Secret<std::string>& password) {
  if (account && !account->hash.empty())
    return hasher_.Verify(ctx, password.Reveal(), account->hash);
  RETURN_IF_ERROR(hasher_.VerifyNothing(ctx, password.Reveal()));
  return false;
}

// Guesses that were hashed beside this password may have locked the account by now.
StatusOr<bool> PasswordProver::StillOpen(const CallContext& ctx, const Account& account) {
  if (lockout_.failures <= 0 || !account.lockable) return true;
  ASSIGN_OR_RETURN(const std::optional<Account> now,
                   directory_.FindAccount(ctx, {account.user_id, "", {}}));
  if (!now || now->locked) return false;
  if (now->failed_count == 0) return true;
  return directory_.ClearFailures(ctx, account.user_id);
}

// Never fails: the login is good without it.
void PasswordProver::Renew(const CallContext& ctx, Account& account,
                           const log::Secret<std::string>& password) {
  if (!hasher_.Outdated(account.hash)) return;
  StatusOr<std::string> fresh = hasher_.Hash(ctx, password.Reveal());
  const Status status = fresh.ok()
                            ? directory_.ReplaceHash(ctx, account.user_id, account.hash, *fresh)
                            : fresh.status();
  if (status.ok()) account.hash = *std::move(fresh);
  log::Info(ctx, status.ok() ? "password_rehashed" : "password_rehash_failed",
            {{"subject_user_id", account.user_id}, {"error", status}});
}

Status PasswordProver::Refuse(const CallContext& ctx, std::string_view failed_user_id) {
  // Written even if there is nothing to count, so that its time tells nothing.
  if (lockout_.failures > 0) RETURN_IF_ERROR(directory_.RecordFailure(ctx, failed_user_id));
  log::Info(ctx, "login_refused", {{"subject_user_id", failed_user_id}});
  return LoginRefused();
}

}  // namespace tstack::identity::auth
