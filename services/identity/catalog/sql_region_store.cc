#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/catalog/region_tree.h"
#include "services/identity/catalog/sql_catalog_stores.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::catalog {
namespace {

using google::protobuf::FieldMask;

constexpr std::string_view kSelect =
    "SELECT r.id, r.description, r.parent_region_id, r.extra FROM region r WHERE ";
std::string SelectOne() { return std::string(kSelect) + "r.id = ?"; }

StatusOr<v1::Region> ReadRegion(const db::Row& row) {
  v1::Region region;
  ASSIGN_OR_RETURN(*region.mutable_id(), row.String(0));
  ASSIGN_OR_RETURN(*region.mutable_description(), row.String(1));
  if (!row.IsNull(2)) region.set_parent_region_id(row.StringOr(2, ""));
  ASSIGN_OR_RETURN(*region.mutable_extra(), AttributesFromSql(row, 3));
  return region;
}

StatusOr<v1::Region> LockRegion(db::Transaction& tx, std::string_view id) {
  return OneOf(tx.Query("region_lock", SelectOne() + " FOR UPDATE", {std::string(id)}), "region",
               id, ReadRegion);
}

// A region's catalog entries change as a whole; its id may be too long for the log. Here it comes
// first, not last: the sequence's row makes changes of the tree follow each other, so that each is
// checked against a tree that holds still.
Status Record(const CallContext& ctx, db::Transaction& tx) {
  return auth::RecordChange(ctx, tx, v1::CATALOG, "region");
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
  if (!ForeignKeyOf(status).empty()) return NotFound("region", region.parent_region_id());
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

class SqlRegionStore final : public RegionStore {
 public:
  SqlRegionStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::Region> Create(const CallContext& ctx, const v1::CreateRegionRequest& request,
                              std::string_view id) override {
    const v1::Region region = FromRequest(request.region(), id);
    return idempotency::RunCreate<v1::Region>(ctx, database_, ids_, request,
                                              [&](db::Transaction& tx) -> StatusOr<v1::Region> {
                                                RETURN_IF_ERROR(Record(ctx, tx));
                                                RETURN_IF_ERROR(CheckParent(tx, region));
                                                RETURN_IF_ERROR(Insert(tx, region));
                                                return region;
                                              });
  }

  StatusOr<v1::Region> Get(const CallContext& ctx, std::string_view id) override {
    return OneOf(Select(ctx, database_, "region_show", SelectOne(), {std::string(id)}), "region",
                 id, ReadRegion);
  }

  StatusOr<std::vector<v1::Region>> List(const CallContext& ctx,
                                         const v1::ListRegionsRequest& request,
                                         std::string_view after, int limit) override {
    Conditions conditions;
    conditions.Add("r.id > ?", {std::string(after)});
    if (request.has_parent_region_id()) {
      conditions.Add("r.parent_region_id = ?", {request.parent_region_id()});
    }
    return AllOf(SelectPage(ctx, database_, "region_list", kSelect, conditions, "r.id", limit),
                 ReadRegion);
  }

  StatusOr<v1::Region> Update(const CallContext& ctx, std::string_view id,
                              const v1::RegionChanges& changes, const FieldMask& mask) override {
    v1::Region region;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          RETURN_IF_ERROR(Record(ctx, tx));
          ASSIGN_OR_RETURN(region, LockRegion(tx, id));
          Apply(changes, mask, &region);
          RETURN_IF_ERROR(CheckParent(tx, region));
          return Write(tx, region);
        }));
    return region;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    return database_.RunTransaction(ctx, ids_.TimeOrderedUuid(),
                                    [&](db::Transaction& tx) -> Status {
                                      RETURN_IF_ERROR(Record(ctx, tx));
                                      return DeleteBranch(tx, id);
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
