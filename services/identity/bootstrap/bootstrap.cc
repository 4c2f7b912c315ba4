#include "services/identity/bootstrap/bootstrap.h"

#include <utility>

#include "services/identity/assignments/assignment_store.h"
#include "services/identity/bootstrap/first_rows.h"
#include "services/identity/catalog/catalog_store.h"
#include "services/identity/passwords/password_store.h"

namespace tstack::identity::bootstrap {
namespace {

using assignments::Target;

// Ids for what may have to be created: drawn before the transaction, which may run several times.
struct CatalogIds {
  std::string service;
  std::string endpoints[3];
};

CatalogIds DrawCatalogIds(IdSource& ids) {
  return {ids.HexUuid(), {ids.HexUuid(), ids.HexUuid(), ids.HexUuid()}};
}

Status EnsureCatalogEntry(const CallContext& ctx, db::Transaction& tx,
                          const config::v1::CatalogEntry& entry, const std::string& region,
                          const CatalogIds& ids) {
  const std::string& name = entry.name().empty() ? entry.type() : entry.name();
  ASSIGN_OR_RETURN(const std::string service,
                   catalog::EnsureService(ctx, tx, entry.type(), name, ids.service));
  const std::pair<const char*, const std::string*> interfaces[] = {
      {"public", &entry.url()}, {"internal", &entry.internal_url()}, {"admin", &entry.admin_url()}};
  for (size_t i = 0; i < std::size(interfaces); ++i) {
    const auto& [interface, url] = interfaces[i];
    const std::string& effective = url->empty() ? entry.url() : *url;
    RETURN_IF_ERROR(
        catalog::EnsureEndpoint(ctx, tx, service, region, interface, effective, ids.endpoints[i]));
  }
  return absl::OkStatus();
}

Status EnsureCatalog(const CallContext& ctx, const Parts& parts,
                     const config::v1::Bootstrap& config, const std::string& region) {
  std::vector<CatalogIds> ids;
  for (int i = 0; i < config.catalog_size(); ++i) ids.push_back(DrawCatalogIds(parts.ids));
  return parts.database.RunTransaction(
      ctx, parts.ids.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
        RETURN_IF_ERROR(catalog::EnsureRegion(ctx, tx, region));
        for (int i = 0; i < config.catalog_size(); ++i) {
          RETURN_IF_ERROR(EnsureCatalogEntry(ctx, tx, config.catalog(i), region, ids[i]));
        }
        return absl::OkStatus();
      });
}

Status EnsureAdministrator(const CallContext& ctx, db::Transaction& tx, const FirstIds& ids,
                           const config::v1::Bootstrap& config, const std::string& hash) {
  ASSIGN_OR_RETURN(const std::string admin_role, RoleIdOf(tx, "admin"));
  ASSIGN_OR_RETURN(const std::string project, EnsureProject(tx, config.project(), ids.project));
  ASSIGN_OR_RETURN(const std::string user, EnsureUser(tx, config.username(), ids.user));
  RETURN_IF_ERROR(EnsureProject(tx, config.service_project(), ids.service_project).status());
  ASSIGN_OR_RETURN(const auto stored, passwords::GetPasswordHash(tx, user));
  if (!stored) RETURN_IF_ERROR(passwords::SetPassword(tx, user, hash));
  RETURN_IF_ERROR(assignments::EnsureGrant(ctx, tx, {user, Target::Project(project), admin_role}));
  return assignments::EnsureGrant(ctx, tx, {user, Target::System(), admin_role});
}

}  // namespace

Status Bootstrap(const CallContext& ctx, const Parts& parts, const config::v1::Bootstrap& config,
                 const std::string& region, const log::Secret<std::string>& password) {
  RETURN_IF_ERROR(parts.keys.EnsureKeys(ctx));
  ASSIGN_OR_RETURN(const std::string hash, parts.hasher.Hash(ctx, password.Reveal()));
  const FirstIds ids = DrawFirstIds(parts.ids);
  RETURN_IF_ERROR(parts.database.RunTransaction(
      ctx, parts.ids.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
        RETURN_IF_ERROR(BeginHistory(tx, ids));
        RETURN_IF_ERROR(EnsureDefaultDomain(tx));
        RETURN_IF_ERROR(EnsureRoles(tx, ids));
        return EnsureAdministrator(ctx, tx, ids, config, hash);
      }));
  return EnsureCatalog(ctx, parts, config, region);
}

}  // namespace tstack::identity::bootstrap
