#include "services/identity/wiring/resource_handlers.h"

#include "services/identity/assignments/assignment_handlers.h"
#include "services/identity/assignments/sql_assignment_store.h"
#include "services/identity/catalog/catalog_handlers.h"
#include "services/identity/catalog/sql_catalog_stores.h"
#include "services/identity/domains/domain_handlers.h"
#include "services/identity/domains/sql_domain_store.h"
#include "services/identity/projects/project_handlers.h"
#include "services/identity/projects/sql_project_store.h"
#include "services/identity/roles/role_handlers.h"
#include "services/identity/roles/sql_role_store.h"
#include "services/identity/users/sql_user_store.h"
#include "services/identity/users/user_handlers.h"

namespace tstack::identity {

struct ResourceHandlers::Parts {
  explicit Parts(const ResourceParts& p)
      : domains(domains::MakeSqlDomainStore(p.database, p.ids)),
        projects(projects::MakeSqlProjectStore(p.database, p.ids)),
        users(users::MakeSqlUserStore(p.database, p.ids)),
        roles(roles::MakeSqlRoleStore(p.database, p.ids)),
        assignments(assignments::MakeSqlAssignmentStore(p.database, p.ids)),
        regions(catalog::MakeSqlRegionStore(p.database, p.ids)),
        services(catalog::MakeSqlServiceStore(p.database, p.ids)),
        endpoints(catalog::MakeSqlEndpointStore(p.database, p.ids)),
        domain_handlers(*domains, p.policy, p.ids),
        project_handlers(*projects, *users, p.policy, p.ids),
        user_handlers(*users, p.prover, p.hasher, p.policy, p.ids),
        role_handlers(*roles, p.policy, p.ids),
        assignment_handlers(*assignments, {*domains, *projects, *roles, *users}, p.policy),
        catalog_handlers(*regions, *services, *endpoints, p.policy, p.ids) {}

  std::unique_ptr<domains::DomainStore> domains;
  std::unique_ptr<projects::ProjectStore> projects;
  std::unique_ptr<users::UserStore> users;
  std::unique_ptr<roles::RoleStore> roles;
  std::unique_ptr<assignments::AssignmentStore> assignments;
  std::unique_ptr<catalog::RegionStore> regions;
  std::unique_ptr<catalog::ServiceStore> services;
  std::unique_ptr<catalog::EndpointStore> endpoints;

  domains::DomainHandlers domain_handlers;
  projects::ProjectHandlers project_handlers;
  users::UserHandlers user_handlers;
  roles::RoleHandlers role_handlers;
  assignments::AssignmentHandlers assignment_handlers;
  catalog::CatalogHandlers catalog_handlers;
};

ResourceHandlers::ResourceHandlers(const ResourceParts& parts)
    : parts_(std::make_unique<Parts>(parts)) {}

ResourceHandlers::~ResourceHandlers() = default;

void ResourceHandlers::Register(rpc::Handlers* handlers) {
  parts_->domain_handlers.Register(handlers);
  parts_->project_handlers.Register(handlers);
  parts_->user_handlers.Register(handlers);
  parts_->role_handlers.Register(handlers);
  parts_->assignment_handlers.Register(handlers);
  parts_->catalog_handlers.Register(handlers);
}

}  // namespace tstack::identity
