// Our defaults beside keystone's own: other words, the same verdicts.
#include <map>
#include <memory>
#include <set>

#include <catch2/catch.hpp>

#include "services/identity/policy/defaults.h"
#include "services/identity/policy/expectations.h"

namespace tstack::identity {
namespace {

using Rules = std::vector<policy::RuleDefault>;

std::unique_ptr<policy::Engine> EngineOf(Rules rules, bool without_admin) {
  for (policy::RuleDefault& rule : rules) {
    if (without_admin && rule.name == "admin_required") rule.check = "!";
  }
  auto engine = policy::MakeEngine(std::move(rules), "");
  INFO(engine.status());
  REQUIRE(engine.ok());
  return *std::move(engine);
}

std::map<std::string, std::string> ChecksOf(const Rules& rules) {
  std::map<std::string, std::string> checks;
  for (const policy::RuleDefault& rule : rules) checks[rule.name] = rule.check;
  return checks;
}

// One rule for each pair of texts: many routes share theirs.
std::set<std::string> DistinctRules(const Rules& ours, const Rules& keystones) {
  const auto theirs = ChecksOf(keystones);
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::string> names;
  for (const policy::RuleDefault& rule : ours) {
    if (!rule.name.starts_with("identity:")) continue;
    REQUIRE(theirs.contains(rule.name));
    if (seen.emplace(rule.check, theirs.at(rule.name)).second) names.insert(rule.name);
  }
  return names;
}

std::vector<common::v1::AuthContext> Callers() {
  std::vector<common::v1::AuthContext> callers;
  for (const char* scope : {"-", "system", "domain d1", "domain d2", "project p1 d1"}) {
    for (const char* role : {"admin", "manager", "member", "reader", "service", "auditor"}) {
      callers.push_back(Caller("u9", scope, {role}));
    }
  }
  callers.push_back(Caller("u1", "-", {}));
  return callers;
}

// Every combination of what may be known of the object.
std::vector<policy::Target> Targets() {
  using Part = std::vector<std::pair<std::string, std::string>>;
  const std::vector<std::vector<Part>> dimensions = {
      {{},
       {{"target.user.id", "u1"}, {"target.user.domain_id", "d1"}},
       {{"target.user.id", "u2"}, {"target.user.domain_id", "d2"}}},
      {{},
       {{"target.project.id", "p1"}, {"target.project.domain_id", "d1"}},
       {{"target.project.id", "d1"}, {"target.project.domain_id", "None"}}},
      {{}, {{"target.domain.id", "d1"}, {"target.domain_id", "d1"}}},
      {{{"target.role.name", "member"}, {"target.role.domain_id", "None"}},
       {{"target.role.name", "admin"}, {"target.role.domain_id", "None"}},
       {{"target.role.name", "local"}, {"target.role.domain_id", "d1"}},
       {{"target.role.name", "reader"}, {"target.role.domain_id", "d2"}}}};
  std::vector<policy::Target> targets = {{{"target.token.user_id", "u1"}}};
  for (const auto& parts : dimensions) {
    std::vector<policy::Target> longer;
    for (const policy::Target& target : targets) {
      for (const Part& part : parts) {
        longer.push_back(target);
        longer.back().insert(part.begin(), part.end());
      }
    }
    targets = std::move(longer);
  }
  return targets;
}

// How many verdicts of `ours` and `keystones` differ; the first is printed.
int Differences(const Rules& ours, const Rules& keystones) {
  const std::set<std::string> names = DistinctRules(ours, keystones);
  const std::vector<policy::Target> targets = Targets();
  int differences = 0;
  for (const bool without_admin : {false, true}) {
    const auto engine = EngineOf(ours, without_admin);
    const auto keystone = EngineOf(keystones, without_admin);
    for (const common::v1::AuthContext& auth : Callers()) {
      CallContext ctx;
      ctx.request.auth = auth;
      for (const policy::Target& target : targets) {
        for (const std::string& name : names) {
          const bool allowed = engine->Allows(ctx, name, target);
          if (allowed == keystone->Allows(ctx, name, target)) continue;
          if (differences++ == 0) {
            UNSCOPED_INFO(name << (allowed ? " lets in " : " refuses ") << auth.ShortDebugString());
          }
        }
      }
    }
  }
  return differences;
}

TEST_CASE("the defaults judge as keystone's own do, whoever asks about whatever",
          "[unit][identity][policy]") {
  CHECK(Differences(PolicyRules(), KeystoneRules()) == 0);
}

TEST_CASE("a default that is not keystone's is found", "[unit][identity][policy]") {
  Rules changed = PolicyRules();
  for (policy::RuleDefault& rule : changed) {
    if (rule.name == "role_within_reach") rule.check = "None:%(target.role.domain_id)s";
  }
  CHECK(Differences(changed, KeystoneRules()) > 0);
}

}  // namespace
}  // namespace tstack::identity
