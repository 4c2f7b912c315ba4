#include "common/contract/dialects/json_home.h"

#include <catch2/catch.hpp>

#include "common/contract/dialects/accept.h"

namespace tstack::contract {
namespace {

TEST_CASE("relations are made of the words of a path", "[unit][contract][json_home]") {
  const auto relation = [](std::string_view path) { return RelationOf(path, "/v3"); };
  CHECK(relation("/v3/auth/projects") == "auth_projects");
  CHECK(relation("/v3/users") == "users");
  CHECK(relation("/v3/users/{user_id}") == "user");
  CHECK(relation("/v3/users/{user_id}/projects") == "user_projects");
  CHECK(relation("/v3/projects/{project_id}/users/{user_id}/roles/{role_id}") ==
        "project_user_role");
  CHECK(relation("/v3/policies/{policy_id}") == "policy");
  CHECK(relation("/v3/roles/{prior_role_id}/implies/{implied_role_id}") == "implied_role");
}

TEST_CASE("JSON home goes to who likes it better than JSON", "[unit][contract][json_home]") {
  CHECK(WantsJsonHome("application/json-home"));
  CHECK(WantsJsonHome("application/json;q=0.5, application/json-home"));
  CHECK_FALSE(WantsJsonHome(""));
  CHECK_FALSE(WantsJsonHome("*/*"));
  CHECK_FALSE(WantsJsonHome("application/json, application/json-home"));
}

}  // namespace
}  // namespace tstack::contract
