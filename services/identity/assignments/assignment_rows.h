// How rows of `assignment` become what clients see.
#pragma once

#include <string>
#include <vector>

#include "common/db/database.h"
#include "common/status/status.h"
#include "services/identity/assignments/assignment_store.h"
#include "services/identity/assignments/implications.h"
#include "services/identity/resources/conditions.h"

namespace tstack::identity::assignments {

// One grant with the names of everything it mentions.
struct GrantRow {
  Grant grant;
  v1::NamedReference user;
  v1::NamedReference project;  // or the domain, by id and name
  v1::NamedReference role;
};

// At most `limit` grants that match, in the order of the primary key.
StatusOr<std::vector<GrantRow>> ReadGrants(db::Transaction& tx, const Conditions& conditions,
                                           int limit);

// What `request` filters by. Role filters of effective lists are not in it: they judge implied
// roles.
Conditions GrantConditions(const v1::ListRoleAssignmentsRequest& request,
                           std::string_view only_domain, const AssignmentStore::Position& position);

// "projects/…/users/…/roles/…".
std::string PathOf(const Grant& grant);

// The grant itself, or what it implies too, as the request wants to see them.
void AppendViews(const v1::ListRoleAssignmentsRequest& request, const GrantRow& row,
                 const Implications& implications, std::vector<v1::RoleAssignment>* views);

}  // namespace tstack::identity::assignments
