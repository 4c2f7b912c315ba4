#include "services/identity/catalog/region_tree.h"

#include <string>
#include <vector>

#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"

namespace tstack::identity::catalog {
namespace {

StatusOr<std::vector<db::Value>> Subtree(db::Transaction& tx, std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("region_subtree",
                            "WITH RECURSIVE down (id) AS (SELECT id FROM region WHERE id = ? UNION "
                            "SELECT r.id FROM down d JOIN region r ON r.parent_region_id = d.id) "
                            "SELECT id FROM down",
                            {std::string(id)}));
  std::vector<db::Value> ids;
  for (const db::Row& row : rows) ids.emplace_back(row.StringOr(0, ""));
  return ids;
}

Status DeleteAll(db::Transaction& tx, std::string_view id, const std::vector<db::Value>& ids) {
  const std::string list = " WHERE id IN (" + Placeholders(ids.size()) + ")";
  // Freed of their parents first, they can be deleted in any order.
  RETURN_IF_ERROR(
      tx.Execute("region_unlink", "UPDATE region SET parent_region_id = NULL" + list, ids)
          .status());
  const Status status = tx.Execute("region_delete", "DELETE FROM region" + list, ids).status();
  if (!ForeignKeyOf(status).empty()) {
    return ResourceError(StatusCode::kPermissionDenied, "REGION_IN_USE", "region", id,
                         "the region cannot be deleted while there are endpoints in it or below");
  }
  return status;
}

}  // namespace

Status CheckParent(db::Transaction& tx, const v1::Region& region) {
  if (!region.has_parent_region_id()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("region_above",
                            "WITH RECURSIVE up (id, parent) AS ("
                            "SELECT id, parent_region_id FROM region WHERE id = ? UNION "
                            "SELECT r.id, r.parent_region_id FROM up u JOIN region r "
                            "ON r.id = u.parent) SELECT id FROM up",
                            {region.parent_region_id()}));
  if (rows.empty()) return NotFound("region", region.parent_region_id());
  for (const db::Row& row : rows) {
    if (row.StringOr(0, "") != region.id()) continue;
    return ResourceError(StatusCode::kInvalidArgument, "REGION_CYCLE", "region", region.id(),
                         "a region cannot be above itself");
  }
  return absl::OkStatus();
}

Status DeleteBranch(db::Transaction& tx, std::string_view id) {
  ASSIGN_OR_RETURN(const std::vector<db::Value> ids, Subtree(tx, id));
  if (ids.empty()) return NotFound("region", id);
  return DeleteAll(tx, id, ids);
}

}  // namespace tstack::identity::catalog
