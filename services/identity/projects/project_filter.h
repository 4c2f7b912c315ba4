// The WHERE clause of a list of projects.
#pragma once

#include <string_view>

#include "services/identity/projects/project_store.h"
#include "services/identity/resources/conditions.h"

namespace tstack::identity::projects {

Conditions ProjectConditions(const ProjectFilter& filter, std::string_view after);

// Only what `user_id` has a role on; kind as in assignments::TargetKind.
void AddRoleHolder(std::string_view user_id, int kind, Conditions* conditions);

}  // namespace tstack::identity::projects
