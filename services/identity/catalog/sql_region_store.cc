#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/catalog/sql_catalog_stores.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"

namespace tstack::identity::catalog {
namespace {

using google::protobuf::FieldMask;

constexpr std::string_view kSelect =
    "SELECT r.id, r.description, r.parent_region_id, r.extra FROM region r WHERE ";

StatusOr<v1::Region> ReadRegion(const db::Row& row) {
  v1::Region region;
  ASSIGN_OR_RETURN(*region.mutable_id(), row.String(0));
  ASSIGN_OR_RETURN(*region.mutable_description(), row.String(1));
  if (!row.IsNull(2)) region.set_parent_region_id(row.StringOr(2, ""));
  ASSIGN_OR_RETURN(*region.mutable_extra(), AttributesFromSql(row, 3));
  return region;
}

StatusOr<v1::Region> GetRegion(db::Transaction& tx, std::string_view id, bool lock = false) {
  static const std::string kOne = std::string(kSelect) + "r.id = ?";
  static const std::string kLocked = kOne + " FOR UPDATE";
  ASSIGN_OR_RETURN(
      const db::Row row,
      OneRow(tx.Query("region_show", lock ? kLocked : kOne, {std::string(id)}), "region", id));
  return ReadRegion(row);
}

// A region's catalog entries change as a whole; its id may be too long for the log.
Status Record(const CallContext& ctx, db::Transaction& tx) {
  return auth::RecordChange(ctx, tx, v1::CATALOG, "region");
}

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

v1::Region FromRequest(const v1::NewRegion& request, std::string_view id) {
  v1::Region region;
  region.set_id(std::string(id));
  region.set_description(request.description());
  if (request.has_parent_region_id()) region.set_parent_region_id(request.parent_region_id());
  *region.mutable_extra() = Storable(request.extra());
  return region;
}

Status Insert(db::Transaction& tx, const v1::Region& region) {
  const Status status =
      tx.Execute("region_insert",
                 "INSERT INTO region (id, description, parent_region_id, extra) "
                 "VALUES (?, ?, ?, ?)",
                 {region.id(), region.description(),
                  OptionalToSql(region.has_parent_region_id(), region.parent_region_id()),
                  AttributesToSql(region.extra())})
          .status();
  if (!DuplicateKeyOf(status).empty()) return NameTaken("region", region.id());
  return status;
}

Status Write(db::Transaction& tx, const v1::Region& region) {
  return tx
      .Execute("region_update",
               "UPDATE region SET description = ?, parent_region_id = ?, extra = ? WHERE id = ?",
               {region.description(),
                OptionalToSql(region.has_parent_region_id(), region.parent_region_id()),
                AttributesToSql(region.extra()), region.id()})
      .status();
}

void Apply(const v1::RegionChanges& changes, const FieldMask& mask, v1::Region* region) {
  if (Names(mask, "description")) region->set_description(changes.description());
  if (Names(mask, "parent_region_id")) {
    region->clear_parent_region_id();
    if (changes.has_parent_region_id()) region->set_parent_region_id(changes.parent_region_id());
  }
  MergeAttributes(changes.extra(), region->mutable_extra());
}

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

class SqlRegionStore final : public RegionStore {
 public:
  SqlRegionStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::Region> Create(const CallContext& ctx, const v1::CreateRegionRequest& request,
                              std::string_view id) override {
    const v1::Region region = FromRequest(request.region(), id);
    return idempotency::RunCreate<v1::Region>(ctx, database_, ids_, request,
                                              [&](db::Transaction& tx) -> StatusOr<v1::Region> {
                                                RETURN_IF_ERROR(CheckParent(tx, region));
                                                RETURN_IF_ERROR(Insert(tx, region));
                                                RETURN_IF_ERROR(Record(ctx, tx));
                                                return region;
                                              });
  }

  StatusOr<v1::Region> Get(const CallContext& ctx, std::string_view id) override {
    v1::Region region;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(region, GetRegion(tx, id));
      return absl::OkStatus();
    }));
    return region;
  }

  StatusOr<std::vector<v1::Region>> List(const CallContext& ctx,
                                         const v1::ListRegionsRequest& request,
                                         std::string_view after, int limit) override {
    Conditions conditions;
    conditions.Add("r.id > ?", {std::string(after)});
    if (request.has_parent_region_id()) {
      conditions.Add("r.parent_region_id = ?", {request.parent_region_id()});
    }
    std::vector<db::Value> parameters = conditions.parameters();
    parameters.emplace_back(int64_t{limit});
    const std::string sql = std::string(kSelect) + conditions.sql() + " ORDER BY r.id LIMIT ?";
    std::vector<v1::Region> regions;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      regions.clear();
      ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("region_list", sql, parameters));
      for (const db::Row& row : rows) {
        ASSIGN_OR_RETURN(regions.emplace_back(), ReadRegion(row));
      }
      return absl::OkStatus();
    }));
    return regions;
  }

  StatusOr<v1::Region> Update(const CallContext& ctx, std::string_view id,
                              const v1::RegionChanges& changes, const FieldMask& mask) override {
    v1::Region region;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(region, GetRegion(tx, id, /*lock=*/true));
          Apply(changes, mask, &region);
          RETURN_IF_ERROR(CheckParent(tx, region));
          RETURN_IF_ERROR(Write(tx, region));
          return Record(ctx, tx);
        }));
    return region;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    return database_.RunTransaction(ctx, ids_.TimeOrderedUuid(),
                                    [&](db::Transaction& tx) -> Status {
                                      ASSIGN_OR_RETURN(const auto ids, Subtree(tx, id));
                                      if (ids.empty()) return NotFound("region", id);
                                      RETURN_IF_ERROR(DeleteAll(tx, id, ids));
                                      return Record(ctx, tx);
                                    });
  }

 private:
  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

Status EnsureRegion(const CallContext& ctx, db::Transaction& tx, std::string_view id) {
  ASSIGN_OR_RETURN(
      const int64_t rows,
      tx.Execute("region_ensure", "INSERT IGNORE INTO region (id, description) VALUES (?, '')",
                 {std::string(id)}));
  return rows == 0 ? absl::OkStatus() : Record(ctx, tx);
}

std::unique_ptr<RegionStore> MakeSqlRegionStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlRegionStore>(database, ids);
}

}  // namespace tstack::identity::catalog
