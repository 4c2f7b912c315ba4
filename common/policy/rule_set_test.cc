#include "common/policy/rule_set.h"

#include <catch2/catch.hpp>

namespace tstack::policy {
namespace {

using Catch::Matchers::Contains;
using common::v1::AuthContext;

RuleText Rule(const char* name, const char* check) {
  RuleText rule;
  rule.name = name;
  rule.check = check;
  return rule;
}

AuthContext ProjectReader() {
  AuthContext auth;
  auth.set_user_id("u1");
  auth.set_user_domain_id("d1");
  auth.set_project_id("p1");
  auth.set_project_domain_id("d2");
  auth.add_roles("Reader");
  auth.add_service_roles("service");
  return auth;
}

bool Verdict(const char* check, const AuthContext& auth, const Target& target = {}) {
  const auto set = RuleSet::Link({Rule("admin_required", "role:admin"), Rule("asked", check)});
  INFO(check);
  REQUIRE(set.ok());
  return (*set)->Allows("asked", auth, target);
}

std::string MistakesIn(const std::vector<RuleText>& rules) {
  const auto set = RuleSet::Link(rules);
  REQUIRE_FALSE(set.ok());
  CHECK(ReasonOf(set.status()) == "POLICY_SYNTAX");
  return std::string(set.status().message());
}

TEST_CASE("checks about the caller see the token's attributes", "[unit][policy]") {
  const AuthContext auth = ProjectReader();
  CHECK(Verdict("role:reader", auth));
  CHECK_FALSE(Verdict("rule:admin_required", auth));
  CHECK(
      Verdict("token.project.domain.id:%(target.domain.id)s", auth, {{"target.domain.id", "d2"}}));
  CHECK(Verdict("tenant_id:p1", auth));
  CHECK(Verdict("service_roles:service", auth));
  CHECK(Verdict("domain_id:None", auth));
  CHECK_FALSE(Verdict("token.domain.id:None", auth));
  CHECK_FALSE(Verdict("system_scope:all", auth));
  CHECK(Verdict("is_admin:False", auth));
}

TEST_CASE("a caller with the admin role is admin, a system token has its scope", "[unit][policy]") {
  AuthContext auth;
  auth.set_user_id("u1");
  auth.set_system("all");
  auth.add_roles("ADMIN");
  CHECK(Verdict("is_admin:True", auth));
  CHECK(Verdict("rule:admin_required and system_scope:all", auth));
}

TEST_CASE("checks about the target compare it with constants and fields", "[unit][policy]") {
  const AuthContext auth = ProjectReader();
  CHECK(Verdict("'public':%(visibility)s", auth, {{"visibility", "public"}}));
  CHECK(Verdict("None:%(target.role.domain_id)s", auth, {{"target.role.domain_id", "None"}}));
  CHECK_FALSE(Verdict("None:%(target.role.domain_id)s", auth));
  CHECK(Verdict("field:networks:shared=True", auth, {{"shared", "True"}}));
  CHECK_FALSE(Verdict("field:networks:shared=True", auth));
}

TEST_CASE("what is unknown denies, and its negation permits", "[unit][policy]") {
  const AuthContext auth = ProjectReader();
  CHECK_FALSE(Verdict("unheard_of:x", auth));
  CHECK(Verdict("not unheard_of:x", auth));
  const auto set = RuleSet::Link({Rule("a", "unheard_of:x")});
  REQUIRE(set.ok());
  CHECK_FALSE((*set)->Allows("no such rule", auth, {}));
  CHECK((*set)->unknown_attributes() == std::vector<std::string>{"unheard_of"});
}

TEST_CASE("all mistakes of all rules are listed at once", "[unit][policy]") {
  const std::string text =
      MistakesIn({Rule("a", "rule:missing or bogus"), Rule("b", "role:x role:y")});
  CHECK_THAT(text, Contains("rule a, column 17"));
  CHECK_THAT(text, Contains("rule a: there is no rule missing"));
  CHECK_THAT(text, Contains("rule b, column 8"));
}

TEST_CASE("rules that refer to themselves are refused and named", "[unit][policy]") {
  const std::string text =
      MistakesIn({Rule("a", "not rule:b"), Rule("b", "role:x or rule:c"), Rule("c", "rule:b")});
  CHECK_THAT(text, Contains("b -> c -> b"));
  CHECK_THAT(text, !Contains("a ->"));
}

TEST_CASE("the old list form is an or of ands", "[unit][policy]") {
  const AuthContext auth = ProjectReader();
  RuleText rule;
  rule.name = "asked";
  rule.is_list = true;
  const auto verdict = [&](std::vector<std::vector<std::string>> list) {
    rule.list = std::move(list);
    const auto set = RuleSet::Link({rule});
    REQUIRE(set.ok());
    return (*set)->Allows("asked", auth, {});
  };
  CHECK(verdict({}));
  CHECK(verdict({{"role:admin"}, {"role:reader", "project_id:p1"}}));
  CHECK_FALSE(verdict({{"role:admin"}, {"role:reader", "project_id:p2"}}));
  CHECK_FALSE(verdict({{}}));
}

}  // namespace
}  // namespace tstack::policy
