#include "services/identity/policy/defaults.h"

#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include <catch2/catch.hpp>

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

const std::string kTable = TSTACK_SOURCE_DIR "/services/identity/policy/testdata/expectations.tsv";

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

bool IsDomainRole(const std::string& rule) { return rule.find("domain_role") != std::string::npos; }

policy::Target ListOf(const common::v1::AuthContext& auth) {
  if (auth.domain_id().empty()) return {};
  return {{"target.domain_id", auth.domain_id()}, {"target.domain.id", auth.domain_id()}};
}

// What the rule is asked about in the table.
policy::Target TargetOf(const std::string& key, const common::v1::AuthContext& auth) {
  static const std::set<std::string> kLists = {
      "identity:list_domains", "identity:list_projects",         "identity:list_users",
      "identity:list_roles",   "identity:list_role_assignments", "identity:list_domain_roles"};
  if (kLists.contains(key)) return ListOf(auth);
  if (key == "identity:get_domain") return {{"target.domain.id", "d1"}};
  policy::Target target = {{"target.user.id", "u1"},           {"target.user.domain_id", "d1"},
                           {"target.project.id", "p1"},        {"target.role.name", "member"},
                           {"target.project.domain_id", "d1"}, {"target.role.domain_id", "None"},
                           {"target.token.user_id", "u1"}};
  if (key == "identity:list_role_assignments_for_tree") target["target.domain_id"] = "d1";
  if (IsDomainRole(key)) target["target.role.domain_id"] = "d1";
  if (IsDomainRole(key)) target["target.role.name"] = "local";
  if (key.ends_with("[admin-role]")) target["target.role.name"] = "admin";
  if (key.ends_with("[foreign-role]")) target["target.role.domain_id"] = "d2";
  if (key.ends_with("[foreign-role]")) target["target.role.name"] = "local";
  return target;
}

// The first entry of the table that the engine answers differently; "" if there is none.
std::string FirstDifference(const policy::Engine& engine, const Expectations& expectations) {
  for (const auto& [key, allowed] : expectations) {
    const std::string rule = key.substr(0, key.find('['));
    for (const Persona& persona : Personas()) {
      CallContext ctx;
      ctx.request.auth = persona.auth;
      const bool ok = engine.EnforceRule(ctx, rule, TargetOf(key, persona.auth)).ok();
      if (ok != allowed.contains(persona.name)) {
        return key + (ok ? " lets in " : " refuses ") + persona.name;
      }
    }
  }
  return "";
}

std::unique_ptr<policy::Engine> EngineOf(std::vector<policy::RuleDefault> rules) {
  auto engine = policy::MakeEngine(std::move(rules), "");
  REQUIRE(engine.ok());
  return *std::move(engine);
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
  const Expectations expectations = ReadExpectations(kTable);
  REQUIRE(expectations.size() > 60);
  for (const PolicyDefault& rule : PolicyDefaults()) {
    if (rule.name.starts_with("identity:")) CHECK(expectations.contains(std::string(rule.name)));
  }
  CHECK(FirstDifference(*EngineOf(PolicyRules()), expectations) == "");
}

TEST_CASE("a default that always or never holds contradicts the table",
          "[unit][identity][policy]") {
  const Expectations expectations = ReadExpectations(kTable);
  const std::vector<policy::RuleDefault> rules = PolicyRules();
  for (size_t i = 0; i < rules.size(); ++i) {
    for (const std::string check : {"@", "!"}) {
      if (check == "@" && rules[i].check.empty()) continue;  // it does always hold
      std::vector<policy::RuleDefault> changed = rules;
      changed[i].check = check;
      INFO(rules[i].name << " became " << check);
      CHECK(FirstDifference(*EngineOf(std::move(changed)), expectations) != "");
    }
  }
}

}  // namespace
}  // namespace tstack::identity
