// What tests of users, roles and grants call.
#pragma once

#include <string>
#include <vector>

#include "services/identity/assignments/assignment_store.h"
#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {

inline v1::User NewUser(ResourceFixture& f, const std::string& name,
                        const std::string& password = "") {
  v1::CreateUserRequest request;
  request.set_name(name);
  if (!password.empty()) request.set_password(password);
  auto user = f.Call<v1::User>("Users/CreateUser", request);
  INFO(user.status());
  REQUIRE(user.ok());
  return *std::move(user);
}

inline std::string NewRole(ResourceFixture& f, const std::string& name) {
  v1::CreateRoleRequest request;
  request.set_name(name);
  auto role = f.Call<v1::Role>("Roles/CreateRole", request);
  INFO(role.status());
  REQUIRE(role.ok());
  return role->id();
}

inline v1::GrantRequest GrantOf(const std::string& user_id, const std::string& role_id) {
  v1::GrantRequest grant;
  grant.set_domain_id("default");
  grant.set_user_id(user_id);
  grant.set_role_id(role_id);
  return grant;
}

inline Status Give(ResourceFixture& f, const v1::GrantRequest& grant) {
  return f.Call<google::protobuf::Empty>("Assignments/CreateGrant", grant).status();
}

inline Status Imply(ResourceFixture& f, const std::string& prior, const std::string& implied) {
  v1::ImpliedRoleRequest request;
  request.set_prior_role_id(prior);
  request.set_implied_role_id(implied);
  return f.Call<v1::ImpliedRole>("Roles/CreateImpliedRole", request).status();
}

inline std::vector<std::string> Effective(ResourceFixture& f, const std::string& user_id) {
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

}  // namespace tstack::identity
