// The shape in which clients see a project's ancestors and descendants: nested objects keyed by id.
#pragma once

#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"

#include "services/identity/projects/project_store.h"

namespace tstack::identity::projects {

// {"parent": {"grandparent": null}}; `parents` from the parent up. null without parents.
google::protobuf::Value ParentsAsIds(const std::vector<Branch>& parents);

// {"child": {"grandchild": null}, "other child": null} below `id`; null without children.
google::protobuf::Value SubtreeAsIds(const std::string& id, const std::vector<Branch>& subtree);

}  // namespace tstack::identity::projects
