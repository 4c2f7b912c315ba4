// Authorisation in oslo.policy's language: "rule:admin_required or (role:reader and
// project_id:%(target.project.id)s)". Defaults are compiled in by the owner of the rules;
// policy.yaml overrides them and is reread when it changes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/context/call_context.h"
#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::policy {

// Attributes of the object that is acted on, by oslo's dotted names: "target.user.domain_id",
// "project_id". Values are written as Python prints them, because rules compare text: "True",
// "False", and "None" for null. An attribute that is left out matches nothing. Beware of "None": it
// equals the caller's attribute of the same kind if that is unset, so put it only where a rule asks
// for null (None:%(target.role.domain_id)s).
using Target = std::map<std::string, std::string>;

struct RuleDefault {
  std::string name;   // "identity:get_user"
  std::string check;  // "rule:admin_required"
};

// Thread-safe.
class Engine {
 public:
  virtual ~Engine() = default;

  // Asks the rule of the call's route (ctx.policy) and marks the call as checked. kPermissionDenied
  // with reason POLICY_DENIED naming the rule; kUnauthenticated if the call has no user. An unknown
  // rule denies.
  virtual Status Enforce(const CallContext& ctx, const Target& target) const = 0;
  // As Enforce for a rule by name.
  virtual Status EnforceRule(const CallContext& ctx, std::string_view rule,
                             const Target& target) const = 0;
  // Only asks; for stripping attributes ("may see binding:host_id").
  virtual bool Allows(const CallContext& ctx, std::string_view rule,
                      const Target& target) const = 0;
};

struct EngineOptions {
  Clock* clock = &RealClock();
  // Told, on the thread of a caller, of what is wrong with the policy file and of reloads; null:
  // nobody.
  std::function<void(const std::string& message)> warn;
};

// Compiles the defaults and the overrides of `policy_file` (may be empty or absent); every mistake
// is listed at once. The file is looked at again at most once a second, when somebody asks: a
// changed one takes effect as a whole, a broken one is reported and the rules in force stay, a
// removed one restores the defaults.
StatusOr<std::unique_ptr<Engine>> MakeEngine(std::vector<RuleDefault> defaults,
                                             std::string policy_file);
StatusOr<std::unique_ptr<Engine>> MakeEngine(std::vector<RuleDefault> defaults,
                                             std::string policy_file, EngineOptions options);

}  // namespace tstack::policy
