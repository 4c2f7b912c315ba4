#include "services/identity/auth/user_options.h"

#include <algorithm>

#include "services/identity/resources/validation.h"

namespace tstack::identity::auth {
namespace {

using google::protobuf::Value;

bool Satisfied(const Value& rule, const std::vector<std::string>& methods) {
  const auto& wanted = rule.list_value().values();
  // A rule that is no list, or says nothing, permits nothing.
  return !wanted.empty() && std::ranges::all_of(wanted, [&](const Value& method) {
    return std::ranges::find(methods, method.string_value()) != methods.end();
  });
}

Status BadRules(const std::string& what) {
  return FieldError("user.options.multi_factor_auth_rules", what);
}

Status CheckRule(const Value& rule) {
  if (rule.list_value().values().empty()) return BadRules("must hold lists of method names");
  for (const Value& method : rule.list_value().values()) {
    const std::string& name = method.string_value();
    if (name.empty()) return BadRules("must hold lists of method names");
    if (name != "password" && name != "token") {
      return BadRules("names a method that is not offered here: " + name);
    }
  }
  return absl::OkStatus();
}

}  // namespace

void ApplyOptions(const v1::UserOptions& options, Account& account) {
  if (options.ignore_lockout_failure_attempts()) account.lockable = account.locked = false;
  if (options.ignore_password_expiry()) account.password_expired = false;
}

Status CheckMethods(const v1::UserOptions& options, const std::vector<std::string>& methods) {
  const auto& rules = options.multi_factor_auth_rules().values();
  // As in keystone, rules count unless they are switched off.
  const bool on = !options.has_multi_factor_auth_enabled() || options.multi_factor_auth_enabled();
  if (!on || rules.empty()) return absl::OkStatus();
  if (std::ranges::any_of(rules, [&](const Value& rule) { return Satisfied(rule, methods); }))
    return absl::OkStatus();
  return Error(StatusCode::kUnauthenticated, "AUTH_METHODS_INSUFFICIENT",
               "Insufficient auth methods received: this user has to log in with more than that.");
}

Status CheckRules(const v1::UserOptions& options) {
  for (const Value& rule : options.multi_factor_auth_rules().values()) {
    RETURN_IF_ERROR(CheckRule(rule));
  }
  return absl::OkStatus();
}

}  // namespace tstack::identity::auth
