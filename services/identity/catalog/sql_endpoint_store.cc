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
    "SELECT e.id, e.interface, e.region_id, e.service_id, e.url, e.enabled, e.extra "
    "FROM endpoint e WHERE ";

// `region` repeats region_id under its old name.
void SetRegion(bool given, const std::string& id, v1::Endpoint* endpoint) {
  endpoint->clear_region_id();
  endpoint->clear_region();
  if (!given) return;
  endpoint->set_region_id(id);
  endpoint->set_region(id);
}

StatusOr<v1::Endpoint> ReadEndpoint(const db::Row& row) {
  v1::Endpoint endpoint;
  ASSIGN_OR_RETURN(*endpoint.mutable_id(), row.String(0));
  ASSIGN_OR_RETURN(*endpoint.mutable_interface(), row.String(1));
  SetRegion(!row.IsNull(2), row.StringOr(2, ""), &endpoint);
  ASSIGN_OR_RETURN(*endpoint.mutable_service_id(), row.String(3));
  ASSIGN_OR_RETURN(*endpoint.mutable_url(), row.String(4));
  ASSIGN_OR_RETURN(const bool enabled, row.Bool(5));
  endpoint.set_enabled(enabled);
  ASSIGN_OR_RETURN(*endpoint.mutable_extra(), AttributesFromSql(row, 6));
  return endpoint;
}

StatusOr<v1::Endpoint> GetEndpoint(db::Transaction& tx, std::string_view id, bool lock = false) {
  static const std::string kOne = std::string(kSelect) + "e.id = ?";
  static const std::string kLocked = kOne + " FOR UPDATE";
  if (!PlausibleId(id)) return NotFound("endpoint", id);
  ASSIGN_OR_RETURN(
      const db::Row row,
      OneRow(tx.Query("endpoint_show", lock ? kLocked : kOne, {std::string(id)}), "endpoint", id));
  return ReadEndpoint(row);
}

Status Explain(const Status& status, const v1::Endpoint& endpoint) {
  const std::string key = ForeignKeyOf(status);
  if (key.empty()) return status;
  return key.find("region") != std::string::npos ? Unknown("region", endpoint.region_id())
                                                 : Unknown("service", endpoint.service_id());
}

Status Insert(const CallContext& ctx, db::Transaction& tx, const v1::Endpoint& endpoint) {
  if (!PlausibleId(endpoint.service_id())) return Unknown("service", endpoint.service_id());
  RETURN_IF_ERROR(Explain(
      tx.Execute(
            "endpoint_insert",
            "INSERT INTO endpoint (id, service_id, region_id, interface, url, enabled, extra) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            {endpoint.id(), endpoint.service_id(),
             OptionalToSql(endpoint.has_region_id(), endpoint.region_id()), endpoint.interface(),
             endpoint.url(), int64_t{endpoint.enabled()}, AttributesToSql(endpoint.extra())})
          .status(),
      endpoint));
  return auth::RecordChange(ctx, tx, v1::CATALOG, endpoint.id());
}

Status Write(const CallContext& ctx, db::Transaction& tx, const v1::Endpoint& endpoint) {
  if (!PlausibleId(endpoint.service_id())) return Unknown("service", endpoint.service_id());
  RETURN_IF_ERROR(Explain(
      tx.Execute(
            "endpoint_update",
            "UPDATE endpoint SET service_id = ?, region_id = ?, interface = ?, "
            "url = ?, enabled = ?, extra = ? WHERE id = ?",
            {endpoint.service_id(), OptionalToSql(endpoint.has_region_id(), endpoint.region_id()),
             endpoint.interface(), endpoint.url(), int64_t{endpoint.enabled()},
             AttributesToSql(endpoint.extra()), endpoint.id()})
          .status(),
      endpoint));
  return auth::RecordChange(ctx, tx, v1::CATALOG, endpoint.id());
}

v1::Endpoint FromRequest(const v1::CreateEndpointRequest& request, std::string_view id) {
  v1::Endpoint endpoint;
  endpoint.set_id(std::string(id));
  endpoint.set_interface(request.interface());
  if (request.has_region_id()) {
    SetRegion(true, request.region_id(), &endpoint);
  } else {
    SetRegion(request.has_region(), request.region(), &endpoint);
  }
  endpoint.set_service_id(request.service_id());
  endpoint.set_url(request.url());
  endpoint.set_enabled(!request.has_enabled() || request.enabled());
  *endpoint.mutable_extra() = Storable(request.extra());
  return endpoint;
}

void Apply(const v1::EndpointChanges& changes, const FieldMask& mask, v1::Endpoint* endpoint) {
  if (Names(mask, "interface")) endpoint->set_interface(changes.interface());
  if (Names(mask, "region_id")) {
    SetRegion(changes.has_region_id(), changes.region_id(), endpoint);
  } else if (changes.has_region()) {
    SetRegion(true, changes.region(), endpoint);
  }
  if (Names(mask, "service_id")) endpoint->set_service_id(changes.service_id());
  if (Names(mask, "url")) endpoint->set_url(changes.url());
  if (Names(mask, "enabled")) endpoint->set_enabled(changes.enabled());
  MergeAttributes(changes.extra(), endpoint->mutable_extra());
}

// A region given by its old name comes into being.
template <typename Request>
Status EnsureOldRegion(const CallContext& ctx, db::Transaction& tx, const Request& request) {
  if (request.has_region_id() || !request.has_region()) return absl::OkStatus();
  return EnsureRegion(ctx, tx, request.region());
}

class SqlEndpointStore final : public EndpointStore {
 public:
  SqlEndpointStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::Endpoint> Create(const CallContext& ctx, const v1::CreateEndpointRequest& request,
                                std::string_view id) override {
    const v1::Endpoint endpoint = FromRequest(request, id);
    return idempotency::RunCreate<v1::Endpoint>(
        ctx, database_, ids_, request, [&](db::Transaction& tx) -> StatusOr<v1::Endpoint> {
          RETURN_IF_ERROR(EnsureOldRegion(ctx, tx, request));
          RETURN_IF_ERROR(Insert(ctx, tx, endpoint));
          return endpoint;
        });
  }

  StatusOr<v1::Endpoint> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("endpoint", id);
    v1::Endpoint endpoint;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(endpoint, GetEndpoint(tx, id));
      return absl::OkStatus();
    }));
    return endpoint;
  }

  StatusOr<std::vector<v1::Endpoint>> List(const CallContext& ctx,
                                           const v1::ListEndpointsRequest& request,
                                           std::string_view after, int limit) override {
    Conditions conditions;
    conditions.Add("e.id > ?", {std::string(after)})
        .Equal("e.interface", request.has_interface(), request.interface())
        .Equal("e.service_id", request.has_service_id(), request.service_id());
    if (request.has_region_id()) conditions.Add("e.region_id = ?", {request.region_id()});
    std::vector<db::Value> parameters = conditions.parameters();
    parameters.emplace_back(int64_t{limit});
    const std::string sql = std::string(kSelect) + conditions.sql() + " ORDER BY e.id LIMIT ?";
    std::vector<v1::Endpoint> endpoints;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      endpoints.clear();
      ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("endpoint_list", sql, parameters));
      for (const db::Row& row : rows) {
        ASSIGN_OR_RETURN(endpoints.emplace_back(), ReadEndpoint(row));
      }
      return absl::OkStatus();
    }));
    return endpoints;
  }

  StatusOr<v1::Endpoint> Update(const CallContext& ctx, std::string_view id,
                                const v1::EndpointChanges& changes,
                                const FieldMask& mask) override {
    v1::Endpoint endpoint;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(endpoint, GetEndpoint(tx, id, /*lock=*/true));
          RETURN_IF_ERROR(EnsureOldRegion(ctx, tx, changes));
          Apply(changes, mask, &endpoint);
          return Write(ctx, tx, endpoint);
        }));
    return endpoint;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("endpoint", id);
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const int64_t rows,
                           tx.Execute("endpoint_delete", "DELETE FROM endpoint WHERE id = ?",
                                      {std::string(id)}));
          if (rows == 0) return NotFound("endpoint", id);
          return auth::RecordChange(ctx, tx, v1::CATALOG, id);
        });
  }

 private:
  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

Status EnsureEndpoint(const CallContext& ctx, db::Transaction& tx, std::string_view service_id,
                      std::string_view region_id, std::string_view interface, std::string_view url,
                      std::string_view id) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("endpoint_find",
               std::string(kSelect) + "e.service_id = ? AND e.region_id = ? AND "
                                      "e.interface = ? ORDER BY e.id LIMIT 1",
               {std::string(service_id), std::string(region_id), std::string(interface)}));
  if (!rows.empty()) {
    ASSIGN_OR_RETURN(v1::Endpoint endpoint, ReadEndpoint(rows.front()));
    if (endpoint.url() == url) return absl::OkStatus();
    endpoint.set_url(std::string(url));
    return Write(ctx, tx, endpoint);
  }
  v1::Endpoint endpoint;
  endpoint.set_id(std::string(id));
  endpoint.set_service_id(std::string(service_id));
  SetRegion(true, std::string(region_id), &endpoint);
  endpoint.set_interface(std::string(interface));
  endpoint.set_url(std::string(url));
  endpoint.set_enabled(true);
  return Insert(ctx, tx, endpoint);
}

std::unique_ptr<EndpointStore> MakeSqlEndpointStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlEndpointStore>(database, ids);
}

}  // namespace tstack::identity::catalog
