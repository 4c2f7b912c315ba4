// What the options of a user change about logging in.
//
// ignore_lockout_failure_attempts and ignore_password_expiry exempt from those rules;
// multi_factor_auth_rules demand more than one method; lock_password is checked where a password
// changes. ignore_change_password_upon_first_use and ignore_user_inactivity exempt from rules that
// this service does not have, so they are true of everybody.
#pragma once

#include <string>
#include <vector>

#include "common/status/status.h"
#include "services/identity/auth/directory.h"
#include "tstack/identity/v1/users.pb.h"

namespace tstack::identity::auth {

// Lifts what the options exempt from.
void ApplyOptions(const v1::UserOptions& options, Account& account);

// OK if the methods cover one of the user's rules, or the user has none, or has switched them off.
// Else kUnauthenticated with reason AUTH_METHODS_INSUFFICIENT. A rule with a method that this
// service does not offer cannot be met.
Status CheckMethods(const v1::UserOptions& options, const std::vector<std::string>& methods);

// kInvalidArgument, as for a field of the user, unless the rules are a list of lists of methods
// that this service offers: a rule that nobody can meet would lock the user out.
Status CheckRules(const v1::UserOptions& options);

}  // namespace tstack::identity::auth
