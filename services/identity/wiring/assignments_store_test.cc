// Roles and grants on a real database, called as the server calls them.
#include <catch2/catch.hpp>

#include "services/identity/wiring/user_calls.h"

namespace tstack::identity {
namespace {

using google::protobuf::Empty;

TEST_CASE("a grant brings its role and all that this implies, cycles included",
          "[store][identity][assignments]") {
  ResourceFixture f("identity_grants");
  const std::string user = NewUser(f, "bob").id();
  const std::string a = NewRole(f, "a");
  const std::string b = NewRole(f, "b");
  const std::string c = NewRole(f, "c");
  REQUIRE(Imply(f, a, b) == absl::OkStatus());
  REQUIRE(Imply(f, b, c) == absl::OkStatus());
  REQUIRE(Imply(f, c, a) == absl::OkStatus());
  CHECK(Imply(f, a, b) == absl::OkStatus());
  CHECK(absl::IsPermissionDenied(Imply(f, a, a)));
  CHECK(Effective(f, user).empty());
  REQUIRE(Give(f, GrantOf(user, a)) == absl::OkStatus());
  REQUIRE(Give(f, GrantOf(user, a)) == absl::OkStatus());  // idempotent
  CHECK(Effective(f, user) == std::vector<std::string>{"a", "b", "c"});
  CHECK(f.Count("auth_change WHERE kind = 6 AND id = '" + user + "'") >= 1);

  v1::ListRoleAssignmentsRequest list;
  list.set_user_id(user);
  const auto plain = f.List<v1::RoleAssignment>("Assignments/ListRoleAssignments", list);
  REQUIRE(plain.ok());
  REQUIRE(plain->size() == 1);
  CHECK(plain->front().assignment_path() == "domains/default/users/" + user + "/roles/" + a);
  CHECK_FALSE(plain->front().role().has_name());
  list.set_effective(true);
  list.set_include_names(true);
  const auto effective = f.List<v1::RoleAssignment>("Assignments/ListRoleAssignments", list);
  REQUIRE(effective->size() == 3);
  CHECK(effective->front().scope().domain().name() == "Default");
  CHECK(effective->front().user().domain().name() == "Default");
  list.set_role_id(c);
  CHECK(f.List<v1::RoleAssignment>("Assignments/ListRoleAssignments", list)->size() == 1);

  v1::DeleteRoleRequest remove;
  remove.set_role_id(a);
  REQUIRE(f.Call<Empty>("Roles/DeleteRole", remove).ok());
  CHECK(Effective(f, user).empty());
  CHECK(absl::IsNotFound(f.Call<Empty>("Assignments/RevokeGrant", GrantOf(user, a)).status()));
}

TEST_CASE("what a grant names must exist", "[store][identity][assignments]") {
  ResourceFixture f("identity_grants_missing");
  const std::string user = NewUser(f, "bob").id();
  const std::string role = NewRole(f, "a");
  CHECK(ReasonOf(Give(f, GrantOf(user, "nope"))) == "ROLE_NOT_FOUND");
  CHECK(ReasonOf(Give(f, GrantOf("nope", role))) == "USER_NOT_FOUND");
  auto nowhere = GrantOf(user, role);
  nowhere.set_domain_id("nope");
  CHECK(ReasonOf(Give(f, nowhere)) == "DOMAIN_NOT_FOUND");
  CHECK(absl::IsNotFound(f.Call<Empty>("Assignments/CheckGrant", GrantOf(user, role)).status()));
  REQUIRE(Give(f, GrantOf(user, role)) == absl::OkStatus());
  CHECK(f.Call<Empty>("Assignments/CheckGrant", GrantOf(user, role)).ok());
  CHECK(f.Call<Empty>("Assignments/RevokeGrant", GrantOf(user, role)).ok());

  v1::SystemGrantRequest system;
  system.set_user_id(user);
  system.set_role_id(role);
  REQUIRE(f.Call<Empty>("Assignments/CreateSystemGrant", system).ok());
  v1::ListRoleAssignmentsRequest list;
  list.set_system("all");
  const auto grants = f.List<v1::RoleAssignment>("Assignments/ListRoleAssignments", list);
  REQUIRE(grants->size() == 1);
  CHECK(grants->front().scope().system().all());
  CHECK(grants->front().assignment_path() == "system/users/" + user + "/roles/" + role);
}

TEST_CASE("roles of a domain live beside those of the cloud", "[store][identity][roles]") {
  ResourceFixture f("identity_roles");
  const std::string cloud = NewRole(f, "operator");
  v1::CreateRoleRequest request;
  request.set_name("operator");
  request.set_domain_id("default");
  const auto local = f.Call<v1::Role>("Roles/CreateRole", request);
  REQUIRE(local.ok());
  CHECK(ReasonOf(f.Call<v1::Role>("Roles/CreateRole", request).status()) == "ROLE_EXISTS");
  CHECK(f.List<v1::Role>("Roles/ListRoles", v1::ListRolesRequest())->size() == 1);
  v1::ListRolesRequest of_domain;
  of_domain.set_domain_id("default");
  CHECK(f.List<v1::Role>("Roles/ListRoles", of_domain)->front().id() == local->id());
  CHECK(absl::IsPermissionDenied(Imply(f, cloud, local->id())));
  REQUIRE(Imply(f, local->id(), cloud) == absl::OkStatus());
  const std::string user = NewUser(f, "bob").id();
  REQUIRE(Give(f, GrantOf(user, local->id())) == absl::OkStatus());
  CHECK(Effective(f, user) == std::vector<std::string>{"operator"});  // the implied one only
}

}  // namespace
}  // namespace tstack::identity
