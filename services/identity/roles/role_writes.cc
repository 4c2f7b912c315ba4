#include "services/identity/roles/role_writes.h"

#include <string>

#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/options.h"

namespace tstack::identity::roles {
namespace {

using google::protobuf::FieldMask;

Status Explain(const Status& status, std::string_view name) {
  if (!DuplicateKeyOf(status).empty()) return NameTaken("role", name);
  return status;
}

}  // namespace

v1::Role RoleFrom(const v1::CreateRoleRequest& request, std::string_view id) {
  v1::Role role;
  role.set_id(std::string(id));
  role.set_name(request.name());
  if (request.has_domain_id()) role.set_domain_id(request.domain_id());
  if (request.has_description()) role.set_description(request.description());
  *role.mutable_options() = request.options();
  *role.mutable_extra() = Storable(request.extra());
  return role;
}

Status CheckDomainOf(db::Transaction& tx, const v1::Role& role) {
  if (!role.has_domain_id()) return absl::OkStatus();
  if (!PlausibleId(role.domain_id())) return Unknown("domain", role.domain_id());
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("role_domain", "SELECT 1 FROM project WHERE id = ? AND is_domain = 1",
                            {role.domain_id()}));
  return rows.empty() ? Unknown("domain", role.domain_id()) : absl::OkStatus();
}

Status InsertRole(db::Transaction& tx, const v1::Role& role) {
  return Explain(tx.Execute("role_insert",
                            "INSERT INTO role (id, domain_id, scope, name, description, immutable, "
                            "extra, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))",
                            {role.id(), OptionalToSql(role.has_domain_id(), role.domain_id()),
                             role.domain_id(), role.name(),
                             OptionalToSql(role.has_description(), role.description()),
                             ImmutableToSql(role.options()), AttributesToSql(role.extra())})
                     .status(),
                 role.name());
}

Status WriteRole(db::Transaction& tx, const v1::Role& role) {
  return Explain(
      tx.Execute("role_update",
                 "UPDATE role SET name = ?, description = ?, immutable = ?, extra = ? "
                 "WHERE id = ?",
                 {role.name(), OptionalToSql(role.has_description(), role.description()),
                  ImmutableToSql(role.options()), AttributesToSql(role.extra()), role.id()})
          .status(),
      role.name());
}

Status ApplyChanges(const v1::RoleChanges& changes, const FieldMask& mask, v1::Role* role) {
  if (role->options().immutable() && !OnlyUnlocks(changes.options(), mask)) {
    return Immutable("role", role->id());
  }
  if (Names(mask, "domain_id") && changes.domain_id() != role->domain_id()) {
    return FieldError("role.domain_id", "cannot be changed");
  }
  if (Names(mask, "name")) role->set_name(Trimmed(changes.name()));
  if (Names(mask, "description")) {
    role->clear_description();
    if (changes.has_description()) role->set_description(changes.description());
  }
  ApplyOptions(changes.options(), mask, role->mutable_options());
  MergeAttributes(changes.extra(), role->mutable_extra());
  if (role->name().empty()) return FieldError("role.name", "must not be empty");
  return absl::OkStatus();
}

}  // namespace tstack::identity::roles
