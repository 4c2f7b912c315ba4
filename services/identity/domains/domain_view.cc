#include "services/identity/domains/domain_view.h"

#include <string>

#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"

namespace tstack::identity::domains {

v1::Domain DomainFrom(const v1::Project& project) {
  v1::Domain domain;
  domain.set_id(project.id());
  domain.set_name(project.name());
  if (project.has_description()) domain.set_description(project.description());
  domain.set_enabled(project.enabled());
  *domain.mutable_tags() = project.tags();
  *domain.mutable_options() = project.options();
  *domain.mutable_extra() = project.extra();
  return domain;
}

StatusOr<v1::Domain> AsDomain(StatusOr<v1::Project> project, std::string_view id) {
  if (!project.ok()) return project.status();
  if (!project->is_domain()) return NotFound("domain", id);
  return DomainFrom(*project);
}

v1::Project ProjectFrom(const v1::CreateDomainRequest& request, std::string_view id) {
  v1::Project project;
  project.set_id(std::string(id));
  project.set_is_domain(true);
  project.set_name(request.name());
  if (request.has_description()) project.set_description(request.description());
  project.set_enabled(request.enabled());
  *project.mutable_tags() = request.tags();
  *project.mutable_options() = request.options();
  *project.mutable_extra() = Storable(request.extra());
  return project;
}

v1::ProjectChanges ChangesFrom(const v1::DomainChanges& changes) {
  v1::ProjectChanges project;
  project.set_name(changes.name());
  if (changes.has_description()) project.set_description(changes.description());
  if (changes.has_enabled()) project.set_enabled(changes.enabled());
  *project.mutable_tags() = changes.tags();
  *project.mutable_options() = changes.options();
  *project.mutable_extra() = changes.extra();
  return project;
}

}  // namespace tstack::identity::domains
