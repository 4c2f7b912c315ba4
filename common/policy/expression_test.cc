#include "common/policy/expression.h"

#include <catch2/catch.hpp>

namespace tstack::policy {
namespace {

using Kind = Expression::Kind;

Expression Parsed(std::string_view text) {
  std::vector<Mistake> mistakes;
  Expression root = ParseExpression(text, mistakes);
  INFO(text);
  REQUIRE(mistakes.empty());
  return root;
}

std::vector<Mistake> MistakesOf(std::string_view text) {
  std::vector<Mistake> mistakes;
  ParseExpression(text, mistakes);
  return mistakes;
}

TEST_CASE("not binds tighter than and, and tighter than or", "[unit][policy]") {
  const Expression root = Parsed("role:a or not role:b and role:c");
  REQUIRE(root.kind == Kind::kOr);
  REQUIRE(root.children.size() == 2);
  CHECK(root.children[0].kind == Kind::kRole);
  REQUIRE(root.children[1].kind == Kind::kAnd);
  CHECK(root.children[1].children[0].kind == Kind::kNot);
}

TEST_CASE("parentheses group and may touch words and holes", "[unit][policy]") {
  const Expression root = Parsed("((role:a or user_id:%(user_id)s) AND rule:x)");
  REQUIRE(root.kind == Kind::kAnd);
  CHECK(root.children[0].kind == Kind::kOr);
  CHECK(root.children[0].children[1].kind == Kind::kAttribute);
  CHECK(root.children[1].name == "x");
}

TEST_CASE("the empty rule and @ permit, ! denies", "[unit][policy]") {
  CHECK(Parsed("").kind == Kind::kTrue);
  CHECK(Parsed("@").kind == Kind::kTrue);
  CHECK(Parsed("!").kind == Kind::kFalse);
}

TEST_CASE("constants on the left are literals, names are attributes", "[unit][policy]") {
  for (const char* text :
       {"'public':%(v)s", "\"x\":%(v)s", "None:%(v)s", "True:%(v)s", "42:%(v)s"}) {
    CHECK(Parsed(text).kind == Kind::kLiteral);
  }
  CHECK(Parsed("project_id:%(v)s").attribute != nullptr);
  CHECK(Parsed("token.project.domain.id:%(v)s").attribute != nullptr);
  CHECK(Parsed("unheard_of:%(v)s").attribute == nullptr);
}

TEST_CASE("every bad check of a rule is reported with its column", "[unit][policy]") {
  const auto mistakes = MistakesOf("role:a or bogus and x:%s or rule:");
  REQUIRE(mistakes.size() == 3);
  CHECK(mistakes[0].column == 11);
  CHECK(mistakes[1].column == 23);
  CHECK(mistakes[2].column == 29);
}

TEST_CASE("a broken structure is refused once, at the place where it breaks", "[unit][policy]") {
  const std::pair<const char*, size_t> kCases[] = {
      {" ", 2},          {"role:a role:b", 8}, {"(role:a", 8}, {"role:a)", 7},
      {"and role:a", 1}, {"role:a or", 10},    {"not", 4},     {"()", 2},
  };
  for (const auto& [text, column] : kCases) {
    INFO(text);
    const auto mistakes = MistakesOf(text);
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].column == column);
  }
}

TEST_CASE("nesting is limited, so that a rule cannot exhaust the stack", "[unit][policy]") {
  CHECK(MistakesOf(std::string(60, '(') + "@" + std::string(60, ')')).empty());
  CHECK_FALSE(MistakesOf(std::string(100000, '(')).empty());
  std::string nots;
  for (int i = 0; i < 100000; ++i) nots += "not ";
  CHECK_FALSE(MistakesOf(nots + "@").empty());
}

}  // namespace
}  // namespace tstack::policy
