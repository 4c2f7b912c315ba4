#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/catalog/sql_catalog_stores.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::catalog {
namespace {

using google::protobuf::FieldMask;

constexpr std::string_view kSelect =
    "SELECT s.id, s.type, s.name, s.enabled, s.extra FROM service s WHERE ";
std::string SelectOne() { return std::string(kSelect) + "s.id = ?"; }

StatusOr<v1::Service> ReadService(const db::Row& row) {
  v1::Service service;
  ASSIGN_OR_RETURN(*service.mutable_id(), row.String(0));
  ASSIGN_OR_RETURN(*service.mutable_type(), row.String(1));
  ASSIGN_OR_RETURN(*service.mutable_name(), row.String(2));
  ASSIGN_OR_RETURN(const bool enabled, row.Bool(3));
  service.set_enabled(enabled);
  ASSIGN_OR_RETURN(*service.mutable_extra(), AttributesFromSql(row, 4));
  return service;
}

StatusOr<v1::Service> LockService(db::Transaction& tx, std::string_view id) {
  if (!PlausibleId(id)) return NotFound("service", id);
  return OneOf(tx.Query("service_lock", SelectOne() + " FOR UPDATE", {std::string(id)}), "service",
               id, ReadService);
}

Status Insert(const CallContext& ctx, db::Transaction& tx, const v1::Service& service) {
  RETURN_IF_ERROR(tx.Execute("service_insert",
                             "INSERT INTO service (id, type, name, enabled, extra) "
                             "VALUES (?, ?, ?, ?, ?)",
                             {service.id(), service.type(), service.name(),
                              int64_t{service.enabled()}, AttributesToSql(service.extra())})
                      .status());
  return auth::RecordChange(ctx, tx, v1::CATALOG, service.id());
}

v1::Service FromRequest(const v1::CreateServiceRequest& request, std::string_view id) {
  v1::Service service;
  service.set_id(std::string(id));
  service.set_type(request.type());
  service.set_name(request.name());
  service.set_enabled(!request.has_enabled() || request.enabled());
  *service.mutable_extra() = Storable(request.extra());
  return service;
}

class SqlServiceStore final : public ServiceStore {
 public:
  SqlServiceStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::Service> Create(const CallContext& ctx, const v1::CreateServiceRequest& request,
                               std::string_view id) override {
    const v1::Service service = FromRequest(request, id);
    return idempotency::RunCreate<v1::Service>(ctx, database_, ids_, request,
                                               [&](db::Transaction& tx) -> StatusOr<v1::Service> {
                                                 RETURN_IF_ERROR(Insert(ctx, tx, service));
                                                 return service;
                                               });
  }

  StatusOr<v1::Service> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("service", id);
    return OneOf(Select(ctx, database_, "service_show", SelectOne(), {std::string(id)}), "service",
                 id, ReadService);
  }

  StatusOr<std::vector<v1::Service>> List(const CallContext& ctx,
                                          const v1::ListServicesRequest& request,
                                          std::string_view after, int limit) override {
    Conditions conditions;
    conditions.Add("s.id > ?", {std::string(after)}).Match("s.name", request.name());
    if (request.has_type()) conditions.Add("s.type = ?", {request.type()});
    return AllOf(SelectPage(ctx, database_, "service_list", kSelect, conditions, "s.id", limit),
                 ReadService);
  }

  StatusOr<v1::Service> Update(const CallContext& ctx, std::string_view id,
                               const v1::ServiceChanges& changes, const FieldMask& mask) override {
    v1::Service service;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(service, LockService(tx, id));
          if (Names(mask, "type")) service.set_type(changes.type());
          if (Names(mask, "name")) service.set_name(changes.name());
          if (Names(mask, "enabled")) service.set_enabled(changes.enabled());
          MergeAttributes(changes.extra(), service.mutable_extra());
          RETURN_IF_ERROR(
              tx.Execute("service_update",
                         "UPDATE service SET type = ?, name = ?, enabled = ?, extra = ? "
                         "WHERE id = ?",
                         {service.type(), service.name(), int64_t{service.enabled()},
                          AttributesToSql(service.extra()), service.id()})
                  .status());
          return auth::RecordChange(ctx, tx, v1::CATALOG, service.id());
        }));
    return service;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("service", id);
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(
              const int64_t rows,
              tx.Execute("service_delete", "DELETE FROM service WHERE id = ?", {std::string(id)}));
          if (rows == 0) return NotFound("service", id);
          return auth::RecordChange(ctx, tx, v1::CATALOG, id);
        });
  }

 private:
  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

StatusOr<std::string> EnsureService(const CallContext& ctx, db::Transaction& tx,
                                    std::string_view type, std::string_view name,
                                    std::string_view id) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("service_find",
               "SELECT id FROM service WHERE type = ? AND name = ? ORDER BY id LIMIT 1",
               {std::string(type), std::string(name)}));
  if (!rows.empty()) return rows.front().String(0);
  v1::Service service;
  service.set_id(std::string(id));
  service.set_type(std::string(type));
  service.set_name(std::string(name));
  service.set_enabled(true);
  RETURN_IF_ERROR(Insert(ctx, tx, service));
  return service.id();
}

std::unique_ptr<ServiceStore> MakeSqlServiceStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlServiceStore>(database, ids);
}

}  // namespace tstack::identity::catalog
