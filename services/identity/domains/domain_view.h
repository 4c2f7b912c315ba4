// A domain is a project with is_domain: how the one looks as the other.
#pragma once

#include "common/status/status.h"
#include "tstack/identity/v1/domains.pb.h"
#include "tstack/identity/v1/projects.pb.h"

namespace tstack::identity::domains {

v1::Domain DomainFrom(const v1::Project& project);
// kNotFound if the project is no domain.
StatusOr<v1::Domain> AsDomain(StatusOr<v1::Project> project, std::string_view id);

v1::Project ProjectFrom(const v1::CreateDomainRequest& request, std::string_view id);
v1::ProjectChanges ChangesFrom(const v1::DomainChanges& changes);

}  // namespace tstack::identity::domains
