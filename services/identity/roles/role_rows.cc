#include "services/identity/roles/role_rows.h"

#include <string>

#include "services/identity/resources/attributes.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/options.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::roles {

StatusOr<v1::Role> ReadRole(const db::Row& row) {
  v1::Role role;
  ASSIGN_OR_RETURN(*role.mutable_id(), row.String(0));
  ASSIGN_OR_RETURN(*role.mutable_name(), row.String(1));
  if (!row.IsNull(2)) role.set_domain_id(row.StringOr(2, ""));
  if (!row.IsNull(3)) role.set_description(row.StringOr(3, ""));
  RETURN_IF_ERROR(ImmutableFromSql(row, 4, role.mutable_options()));
  ASSIGN_OR_RETURN(*role.mutable_extra(), AttributesFromSql(row, 5));
  return role;
}

StatusOr<v1::Role> GetRole(db::Transaction& tx, std::string_view id) {
  if (!PlausibleId(id)) return NotFound("role", id);
  return OneOf(tx.Query("role_show", kSelectRole, {std::string(id)}), "role", id, ReadRole);
}

StatusOr<std::vector<Implication>> ReadImplications(db::Transaction& tx, std::string_view prior,
                                                    std::string_view implied) {
  Conditions conditions;
  conditions.Equal("i.prior_role_id", !prior.empty(), prior)
      .Equal("i.implied_role_id", !implied.empty(), implied);
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("implied_role_list",
                            "SELECT p.id, p.name, r.id, r.name FROM implied_role i "
                            "JOIN role p ON p.id = i.prior_role_id "
                            "JOIN role r ON r.id = i.implied_role_id WHERE " +
                                conditions.sql() + " ORDER BY p.id, r.id",
                            conditions.parameters()));
  std::vector<Implication> implications;
  for (const db::Row& row : rows) {
    Implication& rule = implications.emplace_back();
    ASSIGN_OR_RETURN(*rule.prior.mutable_id(), row.String(0));
    ASSIGN_OR_RETURN(*rule.prior.mutable_name(), row.String(1));
    ASSIGN_OR_RETURN(*rule.implied.mutable_id(), row.String(2));
    ASSIGN_OR_RETURN(*rule.implied.mutable_name(), row.String(3));
  }
  return implications;
}

}  // namespace tstack::identity::roles
