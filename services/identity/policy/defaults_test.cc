#include "services/identity/policy/defaults.h"

#include <memory>
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include <catch2/catch.hpp>

#include "services/identity/policy/clause_deletion.h"
#include "services/identity/policy/expectations.h"
#include "tstack/api/annotations.pb.h"
#include "tstack/identity/v1/assignments.pb.h"
#include "tstack/identity/v1/catalog.pb.h"
#include "tstack/identity/v1/domains.pb.h"
#include "tstack/identity/v1/projects.pb.h"
#include "tstack/identity/v1/roles.pb.h"
#include "tstack/identity/v1/tokens.pb.h"
#include "tstack/identity/v1/users.pb.h"

namespace tstack::identity {
namespace {

// Rules that handlers ask by name instead of their route's.
const std::set<std::string> kAskedByName = {
    "identity:list_domain_roles",  "identity:get_domain_role",
    "identity:create_domain_role", "identity:update_domain_role",
    "identity:delete_domain_role", "identity:list_role_assignments_for_tree"};

std::set<std::string> RoutePolicies() {
  std::set<std::string> policies;
  for (const auto* file : {v1::User::descriptor()->file(), v1::Project::descriptor()->file(),
                           v1::Domain::descriptor()->file(), v1::Role::descriptor()->file(),
                           v1::RoleAssignment::descriptor()->file(),
                           v1::Region::descriptor()->file(), v1::Token::descriptor()->file()}) {
    const auto* service = file->service(0);
    for (int i = 0; i < service->method_count(); ++i) {
      const auto& options = service->method(i)->options();
      for (int r = 0; r < options.ExtensionSize(api::route); ++r) {
        const std::string& policy = options.GetExtension(api::route, r).policy();
        if (!policy.empty()) policies.insert(policy);
      }
    }
  }
  return policies;
}

using Rules = std::vector<policy::RuleDefault>;

std::unique_ptr<policy::Engine> EngineOf(Rules rules) {
  auto engine = policy::MakeEngine(std::move(rules), "");
  INFO(engine.status());
  REQUIRE(engine.ok());
  return *std::move(engine);
}

// As with a policy.yaml that lets nobody be admin_required.
Rules WithoutAdmin(Rules rules) {
  for (policy::RuleDefault& rule : rules) {
    if (rule.name == "admin_required") rule.check = "!";
  }
  return rules;
}

// The first entry of the table that the rules answer differently; "" if there is none. With
// `changed`, a rule that only its own routes ask, only those entries are looked at.
std::string FirstDifference(const Rules& rules, const std::string& changed = "") {
  static const std::vector<Expectation> kExpectations = ReadExpectations();
  static const std::vector<Persona> kPersonas = Personas();
  const auto usual = EngineOf(rules);
  std::unique_ptr<policy::Engine> without_admin;
  for (const Expectation& expectation : kExpectations) {
    if (changed.starts_with("identity:") && expectation.rule() != changed) continue;
    if (expectation.without_admin() && without_admin == nullptr) {
      without_admin = EngineOf(WithoutAdmin(rules));
    }
    const policy::Engine& engine = expectation.without_admin() ? *without_admin : *usual;
    for (const Persona& persona : kPersonas) {
      if (persona.auth.user_id().empty()) continue;
      CallContext ctx;
      ctx.request.auth = persona.auth;
      const bool allowed =
          engine.Allows(ctx, expectation.rule(), expectation.TargetFor(persona.auth));
      if (allowed != expectation.let_in.contains(persona.name)) {
        return expectation.key + (allowed ? " lets in " : " refuses ") + persona.name;
      }
    }
  }
  return "";
}

TEST_CASE("every route's rule has a default, and no default is unused",
          "[unit][identity][policy]") {
  std::set<std::string> used = RoutePolicies();
  used.insert(kAskedByName.begin(), kAskedByName.end());
  REQUIRE(used.size() > 60);
  std::set<std::string> defined;
  for (const PolicyDefault& rule : PolicyDefaults()) {
    const std::string name(rule.name);
    CHECK(defined.insert(name).second);
    if (name.starts_with("identity:")) {
      CHECK(used.contains(name));
      continue;
    }
    bool referenced = false;
    for (const policy::RuleDefault& other : PolicyRules()) {
      referenced = referenced || other.check.find("rule:" + name) != std::string::npos;
    }
    CHECK(referenced);
  }
  for (const std::string& name : used) CHECK(defined.contains(name));
}

TEST_CASE("the defaults let in whom the table names and nobody else", "[unit][identity][policy]") {
  std::set<std::string> keys;
  for (const Expectation& expectation : ReadExpectations()) keys.insert(expectation.key);
  REQUIRE(keys.size() > 100);
  for (const PolicyDefault& rule : PolicyDefaults()) {
    if (rule.name.starts_with("identity:")) CHECK(keys.contains(std::string(rule.name)));
  }
  CHECK(FirstDifference(PolicyRules()) == "");
}

TEST_CASE("a default that always or never holds contradicts the table",
          "[unit][identity][policy]") {
  const Rules rules = PolicyRules();
  for (size_t i = 0; i < rules.size(); ++i) {
    for (const std::string check : {"@", "!"}) {
      if (check == "@" && rules[i].check.empty()) continue;  // it does always hold
      Rules changed = rules;
      changed[i].check = check;
      INFO(rules[i].name << " became " << check);
      CHECK(FirstDifference(changed, rules[i].name) != "");
    }
  }
}

TEST_CASE("no clause of a default can be left out unnoticed", "[unit][identity][policy]") {
  const Rules rules = PolicyRules();
  Rules again = rules;
  int deletions = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    const Clause clause = ClauseParser(rules[i].check).Parse();
    again[i].check = clause.Text();
    for (const std::string& smaller : clause.Deletions()) {
      Rules changed = rules;
      changed[i].check = smaller;
      INFO(rules[i].name << " became " << smaller);
      CHECK(FirstDifference(changed, rules[i].name) != "");
      ++deletions;
    }
  }
  CHECK(deletions > 150);
  CHECK(FirstDifference(again) == "");  // the parser lost nothing
}

}  // namespace
}  // namespace tstack::identity
