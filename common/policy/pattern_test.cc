#include "common/policy/pattern.h"

#include <catch2/catch.hpp>

namespace tstack::policy {
namespace {

std::string Filled(std::string_view text, const Target& target) {
  const auto pattern = Pattern::Parse(text);
  REQUIRE(pattern.ok());
  std::string scratch;
  const auto filled = pattern->Fill(target, scratch);
  return filled ? std::string(*filled) : "<missing>";
}

TEST_CASE("a pattern fills its holes from the target", "[unit][policy]") {
  const Target target = {{"user_id", "u1"}, {"network:shared", "True"}};
  CHECK(Filled("plain", target) == "plain");
  CHECK(Filled("%(user_id)s", target) == "u1");
  CHECK(Filled("%(network:shared)s", target) == "True");
  CHECK(Filled("a-%(user_id)s-%%", target) == "a-u1-%");
  CHECK(Filled("", target).empty());
}

TEST_CASE("a hole that the target lacks leaves the pattern without a value", "[unit][policy]") {
  CHECK(Filled("%(other)s", {{"user_id", "u1"}}) == "<missing>");
  CHECK(Filled("x%(user_id)s%(other)s", {{"user_id", "u1"}}) == "<missing>");
}

TEST_CASE("any other use of the percent sign is refused", "[unit][policy]") {
  for (const char* text : {"%", "50%", "%s", "%(open", "%(a)d", "%(a)"}) {
    INFO(text);
    CHECK_FALSE(Pattern::Parse(text).ok());
  }
}

}  // namespace
}  // namespace tstack::policy
