// Users, roles and grants on a real database, called as the server calls them.
#include <catch2/catch.hpp>

#include "services/identity/assignments/assignment_store.h"
#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {
namespace {

using google::protobuf::Empty;

v1::User NewUser(ResourceFixture& f, const std::string& name, const std::string& password = "") {
  v1::CreateUserRequest request;
  request.set_name(name);
  if (!password.empty()) request.set_password(password);
  auto user = f.Call<v1::User>("Users/CreateUser", request);
  INFO(user.status());
  REQUIRE(user.ok());
  return *std::move(user);
}

std::string NewRole(ResourceFixture& f, const std::string& name) {
  v1::CreateRoleRequest request;
  request.set_name(name);
  auto role = f.Call<v1::Role>("Roles/CreateRole", request);
  INFO(role.status());
  REQUIRE(role.ok());
  return role->id();
}

v1::GrantRequest GrantOf(const std::string& user_id, const std::string& role_id) {
  v1::GrantRequest grant;
  grant.set_domain_id("default");
  grant.set_user_id(user_id);
  grant.set_role_id(role_id);
  return grant;
}

Status Give(ResourceFixture& f, const v1::GrantRequest& grant) {
  return f.Call<Empty>("Assignments/CreateGrant", grant).status();
}

Status Imply(ResourceFixture& f, const std::string& prior, const std::string& implied) {
  v1::ImpliedRoleRequest request;
  request.set_prior_role_id(prior);
  request.set_implied_role_id(implied);
  return f.Call<v1::ImpliedRole>("Roles/CreateImpliedRole", request).status();
}

std::vector<std::string> Effective(ResourceFixture& f, const std::string& user_id) {
  std::vector<std::string> names;
  const Status status = f.database().Read(
      testing::Deadline(), db::Freshness::kLocal, [&](db::Transaction& tx) -> Status {
        names.clear();
        ASSIGN_OR_RETURN(
            const auto roles,
            assignments::EffectiveRoles(tx, user_id, assignments::Target::Domain("default")));
        for (const v1::TokenRole& role : roles) names.push_back(role.name());
        return absl::OkStatus();
      });
  INFO(status);
  REQUIRE(status.ok());
  return names;
}

Status ChangePassword(ResourceFixture& f, const std::string& id, const std::string& from,
                      const std::string& to) {
  v1::ChangePasswordRequest request;
  request.set_user_id(id);
  request.mutable_user()->set_original_password(from);
  request.mutable_user()->set_password(to);
  return f.Call<Empty>("Users/ChangePassword", request).status();
}

TEST_CASE("a user is created, found, changed and deleted", "[store][identity][users]") {
  ResourceFixture f("identity_users");
  const v1::User user = NewUser(f, "bob", "secret");
  CHECK(user.domain_id() == "default");
  CHECK(user.enabled());
  CHECK_FALSE(user.has_description());
  CHECK(user.ShortDebugString().find("secret") == std::string::npos);
  CHECK(f.Count("password") == 1);
  v1::CreateUserRequest again;
  again.set_name("BOB");
  CHECK(ReasonOf(f.Call<v1::User>("Users/CreateUser", again).status()) == "USER_EXISTS");
  again.set_domain_id("missing");
  CHECK(absl::IsNotFound(f.Call<v1::User>("Users/CreateUser", again).status()));

  v1::UpdateUserRequest update;
  update.set_user_id(user.id());
  update.mutable_user()->set_enabled(false);
  update.mutable_user()->mutable_options()->set_lock_password(true);
  (*update.mutable_user()->mutable_extra())["email"].set_string_value("bob@example.org");
  for (const char* path : {"enabled", "options.lock_password", "extra"}) {
    update.mutable_update_mask()->add_paths(path);
  }
  const auto changed = f.Call<v1::User>("Users/UpdateUser", update);
  REQUIRE(changed.ok());
  CHECK_FALSE(changed->enabled());
  CHECK(changed->options().lock_password());
  CHECK(changed->name() == "bob");
  CHECK(f.Count("user_invalidation WHERE user_id = '" + user.id() + "'") == 1);

  v1::ShowUserRequest show;
  show.set_user_id(user.id());
  const auto shown = f.Call<v1::User>("Users/ShowUser", show);
  REQUIRE(shown.ok());
  CHECK(shown->extra().at("email").string_value() == "bob@example.org");
  v1::DeleteUserRequest remove;
  remove.set_user_id(user.id());
  CHECK(f.Call<Empty>("Users/DeleteUser", remove).ok());
  CHECK(absl::IsNotFound(f.Call<Empty>("Users/DeleteUser", remove).status()));
  CHECK(f.Count("password") == 0);
}

TEST_CASE("users are listed by name, domain and state", "[store][identity][users]") {
  ResourceFixture f("identity_users_list");
  NewUser(f, "anna");
  NewUser(f, "bob");
  const auto count = [&](const v1::ListUsersRequest& request) {
    const auto users = f.List<v1::User>("Users/ListUsers", request);
    INFO(users.status());
    REQUIRE(users.ok());
    return users->size();
  };
  v1::ListUsersRequest request;
  CHECK(count(request) == 2);
  request.mutable_name()->add_values("Anna");
  CHECK(count(request) == 1);
  request.mutable_name()->add_values("bob");
  CHECK(count(request) == 2);
  request.set_enabled(false);
  CHECK(count(request) == 0);
  v1::ListUsersRequest expiring;
  expiring.set_password_expires_at("lt:2030-01-01T00:00:00Z");
  CHECK(count(expiring) == 0);
  expiring.set_password_expires_at("lt:tomorrow");
  CHECK(absl::IsInvalidArgument(f.List<v1::User>("Users/ListUsers", expiring).status()));
  v1::ListUsersRequest nowhere;
  nowhere.set_domain_id("\xE2\x98\x83");
  CHECK(count(nowhere) == 0);
  f.admin.clear_system();
  f.admin.set_domain_id("other");  // a domain's token sees its own users only
  CHECK(count({}) == 0);
}

TEST_CASE("a password is changed by who knows it, and guessing locks", "[store][identity][users]") {
  ResourceFixture f("identity_users_password");
  const v1::User user = NewUser(f, "bob", "first");
  CHECK(absl::IsUnauthenticated(ChangePassword(f, user.id(), "wrong", "second")));
  CHECK(absl::IsUnauthenticated(ChangePassword(f, "nobody", "first", "second")));
  CHECK(absl::IsInvalidArgument(ChangePassword(f, user.id(), "first", "first")));
  REQUIRE(ChangePassword(f, user.id(), "first", "second") == absl::OkStatus());
  CHECK(f.Count("user_invalidation WHERE user_id = '" + user.id() + "'") == 1);
  CHECK(absl::IsUnauthenticated(ChangePassword(f, user.id(), "first", "third")));
  for (int i = 0; i < 5; ++i) ChangePassword(f, user.id(), "wrong", "x").IgnoreError();
  CHECK(absl::IsUnauthenticated(ChangePassword(f, user.id(), "second", "third")));
}

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
