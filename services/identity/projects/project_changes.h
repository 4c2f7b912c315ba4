// What a PATCH of a project or a domain may do to it: rules without a database.
#pragma once

#include "google/protobuf/field_mask.pb.h"

#include "common/status/status.h"
#include "tstack/identity/v1/projects.pb.h"

namespace tstack::identity::projects {

// Puts what `mask` names into `project`. kPermissionDenied RESOURCE_IMMUTABLE if it is immutable
// and more than that option changes, PARENT_FIXED for another parent; kInvalidArgument for another
// domain or another is_domain. `type` is "project" or "domain".
Status ApplyChanges(const v1::ProjectChanges& changes, const google::protobuf::FieldMask& mask,
                    std::string_view type, v1::Project* project);

}  // namespace tstack::identity::projects
