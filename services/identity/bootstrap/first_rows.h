// The rows of bootstrap, each made only if it is missing. All belong to the default domain or to
// the whole cloud.
#pragma once

#include <string>
#include <string_view>

#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/status/status.h"

namespace tstack::identity::bootstrap {

struct FirstIds {
  std::string roles[4];
  std::string user;
  std::string project;
  std::string service_project;
  std::string history;
};
FirstIds DrawFirstIds(IdSource& ids);

Status EnsureDefaultDomain(db::Transaction& tx);
// admin implies member implies reader; service stands alone.
Status EnsureRoles(db::Transaction& tx, const FirstIds& ids);
// What was told of the database so far counts no more: it may have been restored.
Status BeginHistory(db::Transaction& tx, const FirstIds& ids);
// kNotFound with reason ROLE_NOT_FOUND.
StatusOr<std::string> RoleIdOf(db::Transaction& tx, std::string_view name);
// These return the id that the name has; `id` is used for a new row.
StatusOr<std::string> EnsureProject(db::Transaction& tx, std::string_view name,
                                    std::string_view id);
StatusOr<std::string> EnsureUser(db::Transaction& tx, std::string_view name, std::string_view id);

}  // namespace tstack::identity::bootstrap
