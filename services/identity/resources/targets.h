// What policy rules may ask of the object that is acted on, by oslo's names.
#pragma once

#include <string_view>

#include "common/policy/policy.h"
#include "tstack/identity/v1/projects.pb.h"
#include "tstack/identity/v1/roles.pb.h"
#include "tstack/identity/v1/users.pb.h"

namespace tstack::identity {

// An absent value is the word that rules compare with: None.
void AddUser(const v1::User& user, policy::Target* target);
void AddProject(const v1::Project& project, policy::Target* target);
void AddRole(const v1::Role& role, policy::Target* target);
void AddDomain(std::string_view domain_id, policy::Target* target);

// For a list: the domain that the caller's token is scoped to, if it is.
policy::Target ListTarget(const CallContext& ctx);

}  // namespace tstack::identity
