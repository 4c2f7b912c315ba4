#include "services/identity/users/user_rows.h"

#include <optional>
#include <string>

#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/timestamps.h"

namespace tstack::identity::users {

StatusOr<v1::User> ReadUser(const db::Row& row) {
  v1::User user;
  ASSIGN_OR_RETURN(*user.mutable_id(), row.String(0));
  ASSIGN_OR_RETURN(*user.mutable_name(), row.String(1));
  ASSIGN_OR_RETURN(*user.mutable_domain_id(), row.String(2));
  ASSIGN_OR_RETURN(const bool enabled, row.Bool(3));
  user.set_enabled(enabled);
  if (!row.IsNull(4)) user.set_default_project_id(row.StringOr(4, ""));
  if (!row.IsNull(5)) user.set_description(row.StringOr(5, ""));
  RETURN_IF_ERROR(MessageFromSql(row, 6, user.mutable_options()));
  ASSIGN_OR_RETURN(*user.mutable_extra(), AttributesFromSql(row, 7));
  ASSIGN_OR_RETURN(const std::optional<absl::Time> expires, row.OptionalTime(8));
  if (expires.has_value()) SetTime(*expires, user.mutable_password_expires_at());
  return user;
}

}  // namespace tstack::identity::users
