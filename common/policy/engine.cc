#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"

#include "common/policy/policy.h"
#include "common/policy/policy_file.h"
#include "common/policy/rule_set.h"

namespace tstack::policy {
namespace {

constexpr absl::Duration kRecheck = absl::Seconds(1);

class LiveEngine final : public Engine {
 public:
  LiveEngine(std::vector<RuleText> defaults, std::string file, EngineOptions options)
      : defaults_(std::move(defaults)), file_(std::move(file)), options_(std::move(options)) {}

  Status Start() {
    absl::MutexLock reloading(&reload_mutex_);
    stamp_ = StampOf(file_);
    ASSIGN_OR_RETURN(auto rules, Compile(stamp_));
    absl::MutexLock lock(&mutex_);
    checked_at_ = options_.clock->Steady();
    rules_ = std::move(rules);
    return absl::OkStatus();
  }

  Status Enforce(const CallContext& ctx, const Target& target) const override {
    return EnforceRule(ctx, ctx.policy, target);
  }

  Status EnforceRule(const CallContext& ctx, std::string_view rule,
                     const Target& target) const override {
    if (ctx.state != nullptr) ctx.state->policy_checked = true;
    if (ctx.request.auth.user_id().empty()) {
      return Error(StatusCode::kUnauthenticated, "NOT_AUTHENTICATED", "the request names no user");
    }
    if (Rules()->Allows(rule, ctx.request.auth, target)) return absl::OkStatus();
    return ResourceError(StatusCode::kPermissionDenied, "POLICY_DENIED", "policy", rule,
                         "the policy rule " + std::string(rule) + " does not permit this");
  }

  bool Allows(const CallContext& ctx, std::string_view rule, const Target& target) const override {
    return !ctx.request.auth.user_id().empty() && Rules()->Allows(rule, ctx.request.auth, target);
  }

 private:
  StatusOr<std::shared_ptr<const RuleSet>> Compile(const FileStamp& stamp) const {
    std::vector<RuleText> rules = defaults_;
    std::vector<RuleText> overrides;
    if (stamp.exists()) {
      ASSIGN_OR_RETURN(overrides, ReadPolicyFile(file_));
    }
    rules.insert(rules.end(), overrides.begin(), overrides.end());
    ASSIGN_OR_RETURN(auto set, RuleSet::Link(rules));
    Advise(*set, overrides);
    return set;
  }

  // What is legal but probably not meant: names that nobody asks, attributes that nobody has.
  void Advise(const RuleSet& set, const std::vector<RuleText>& overrides) const {
    for (const RuleText& rule : overrides) {
      if (!IsDefault(rule.name) && !set.IsReferenced(rule.name)) {
        Warn(absl::StrCat(file_, ": nothing asks the rule ", rule.name));
      }
    }
    if (!set.unknown_attributes().empty()) {
      Warn(absl::StrCat("policy: checks on unknown attributes always deny: ",
                        absl::StrJoin(set.unknown_attributes(), ", ")));
    }
  }

  bool IsDefault(const std::string& name) const {
    for (const RuleText& rule : defaults_) {
      if (rule.name == name) return true;
    }
    return false;
  }

  void Warn(const std::string& message) const {
    if (options_.warn) options_.warn(message);
  }

  // The rules in force. One caller a second looks at the file; the others go on with what they
  // have.
  std::shared_ptr<const RuleSet> Rules() const {
    const absl::Duration now = file_.empty() ? absl::ZeroDuration() : options_.clock->Steady();
    {
      absl::MutexLock lock(&mutex_);
      if (file_.empty() || now - checked_at_ < kRecheck) return rules_;
      checked_at_ = now;
    }
    if (reload_mutex_.TryLock()) {
      Look();
      reload_mutex_.Unlock();
    }
    absl::MutexLock lock(&mutex_);
    return rules_;
  }

  // Reads and compiles without the lock that every check takes.
  void Look() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_) {
    const FileStamp stamp = StampOf(file_);
    if (stamp == stamp_) return;
    stamp_ = stamp;  // a broken file is not read again until it changes
    auto rules = Compile(stamp);
    if (!rules.ok()) {
      Warn(absl::StrCat("the rules in force stay: ", std::string(rules.status().message())));
      return;
    }
    {
      absl::MutexLock lock(&mutex_);
      rules_ = *std::move(rules);
    }
    Warn(absl::StrCat(file_, stamp.exists() ? ": reloaded" : ": gone, the defaults are in force"));
  }

  const std::vector<RuleText> defaults_;
  const std::string file_;
  const EngineOptions options_;

  mutable absl::Mutex reload_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  mutable FileStamp stamp_ ABSL_GUARDED_BY(reload_mutex_);
  mutable absl::Mutex mutex_;  // held for a copy of a pointer
  mutable std::shared_ptr<const RuleSet> rules_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Duration checked_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

StatusOr<std::unique_ptr<Engine>> MakeEngine(std::vector<RuleDefault> defaults,
                                             std::string policy_file, EngineOptions options) {
  std::vector<RuleText> rules;
  for (RuleDefault& rule : defaults) {
    RuleText text;
    text.name = std::move(rule.name);
    text.check = std::move(rule.check);
    rules.push_back(std::move(text));
  }
  auto engine =
      std::make_unique<LiveEngine>(std::move(rules), std::move(policy_file), std::move(options));
  RETURN_IF_ERROR(engine->Start());
  return std::unique_ptr<Engine>(std::move(engine));
}

StatusOr<std::unique_ptr<Engine>> MakeEngine(std::vector<RuleDefault> defaults,
                                             std::string policy_file) {
  return MakeEngine(std::move(defaults), std::move(policy_file), {});
}

}  // namespace tstack::policy
