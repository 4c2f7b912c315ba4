// What tests of projects and domains call.
#pragma once

#include <string>
#include <vector>

#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {

inline v1::CreateProjectRequest New(const std::string& name, const std::string& parent = "") {
  v1::CreateProjectRequest request;
  request.set_name(name);
  if (!parent.empty()) request.set_parent_id(parent);
  return request;
}

inline v1::Project Create(ResourceFixture& f, const v1::CreateProjectRequest& request) {
  auto project = f.Call<v1::Project>("Projects/CreateProject", request);
  INFO(project.status());
  REQUIRE(project.ok());
  return *std::move(project);
}

inline v1::UpdateProjectRequest Change(const std::string& id,
                                       const std::vector<std::string>& mask) {
  v1::UpdateProjectRequest request;
  request.set_project_id(id);
  for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
  return request;
}

inline Status Disable(ResourceFixture& f, const std::string& id, bool enabled = false) {
  auto request = Change(id, {"enabled"});
  request.mutable_project()->set_enabled(enabled);
  return f.Call<v1::Project>("Projects/UpdateProject", request).status();
}

inline Status Delete(ResourceFixture& f, const std::string& id) {
  v1::DeleteProjectRequest request;
  request.set_project_id(id);
  return f.Call<google::protobuf::Empty>("Projects/DeleteProject", request).status();
}

// Every column of a project that a test asks for.
inline std::optional<std::string> ProjectColumn(ResourceFixture& f, const std::string& column,
                                                const std::string& id) {
  return f.Text("SELECT " + column + " FROM project WHERE id = '" + id + "'");
}

}  // namespace tstack::identity
