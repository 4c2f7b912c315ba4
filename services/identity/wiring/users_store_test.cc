// Users on a real database, called as the server calls them.
#include <catch2/catch.hpp>

#include "services/identity/wiring/user_calls.h"

namespace tstack::identity {
namespace {

using google::protobuf::Empty;

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

}  // namespace
}  // namespace tstack::identity
