#include "services/identity/projects/project_changes.h"

#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/options.h"

namespace tstack::identity::projects {
namespace {

using google::protobuf::FieldMask;

Status CheckFixed(const v1::ProjectChanges& changes, const FieldMask& mask,
                  const v1::Project& project) {
  if (Names(mask, "domain_id") && changes.domain_id() != project.domain_id()) {
    return FieldError("project.domain_id", "cannot be changed");
  }
  if (Names(mask, "is_domain") && changes.is_domain() != project.is_domain()) {
    return FieldError("project.is_domain", "cannot be changed");
  }
  if (Names(mask, "parent_id") && changes.parent_id() != project.parent_id()) {
    return ResourceError(StatusCode::kPermissionDenied, "PARENT_FIXED", "project", project.id(),
                         "the parent of a project cannot be changed");
  }
  return absl::OkStatus();
}

}  // namespace

Status ApplyChanges(const v1::ProjectChanges& changes, const FieldMask& mask, std::string_view type,
                    v1::Project* project) {
  if (project->options().immutable() && !OnlyUnlocks(changes.options(), mask)) {
    return Immutable(type, project->id());
  }
  RETURN_IF_ERROR(CheckFixed(changes, mask, *project));
  if (Names(mask, "name")) project->set_name(Trimmed(changes.name()));
  if (Names(mask, "enabled")) project->set_enabled(changes.enabled());
  if (Names(mask, "description")) {
    project->clear_description();
    if (changes.has_description()) project->set_description(changes.description());
  }
  if (Names(mask, "tags")) *project->mutable_tags() = changes.tags();
  ApplyOptions(changes.options(), mask, project->mutable_options());
  MergeAttributes(changes.extra(), project->mutable_extra());
  if (project->name().empty()) {
    return FieldError(std::string(type) + ".name", "must not be empty");
  }
  return absl::OkStatus();
}

}  // namespace tstack::identity::projects
