#include "services/identity/catalog/endpoint_rows.h"

#include "services/identity/auth/change_log.h"
#include "services/identity/catalog/catalog_store.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::catalog {
namespace {

Status Explain(const Status& status, const v1::Endpoint& endpoint) {
  const std::string key = ForeignKeyOf(status);
  if (key.empty()) return status;
  return key.find("region") != std::string::npos ? Unknown("region", endpoint.region_id())
                                                 : Unknown("service", endpoint.service_id());
}

}  // namespace

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

StatusOr<v1::Endpoint> LockEndpoint(db::Transaction& tx, std::string_view id) {
  if (!PlausibleId(id)) return NotFound("endpoint", id);
  return OneOf(tx.Query("endpoint_lock", SelectEndpoint() + " FOR UPDATE", {std::string(id)}),
               "endpoint", id, ReadEndpoint);
}

Status InsertEndpoint(const CallContext& ctx, db::Transaction& tx, const v1::Endpoint& endpoint) {
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

Status WriteEndpoint(const CallContext& ctx, db::Transaction& tx, const v1::Endpoint& endpoint) {
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

Status EnsureEndpoint(const CallContext& ctx, db::Transaction& tx, std::string_view service_id,
                      std::string_view region_id, std::string_view interface, std::string_view url,
                      std::string_view id) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("endpoint_find",
               std::string(kSelectEndpoints) + "e.service_id = ? AND e.region_id = ? AND "
                                               "e.interface = ? ORDER BY e.id LIMIT 1",
               {std::string(service_id), std::string(region_id), std::string(interface)}));
  if (!rows.empty()) {
    ASSIGN_OR_RETURN(v1::Endpoint endpoint, ReadEndpoint(rows.front()));
    if (endpoint.url() == url) return absl::OkStatus();
    endpoint.set_url(std::string(url));
    return WriteEndpoint(ctx, tx, endpoint);
  }
  v1::Endpoint endpoint;
  endpoint.set_id(std::string(id));
  endpoint.set_service_id(std::string(service_id));
  SetRegion(true, std::string(region_id), &endpoint);
  endpoint.set_interface(std::string(interface));
  endpoint.set_url(std::string(url));
  endpoint.set_enabled(true);
  return InsertEndpoint(ctx, tx, endpoint);
}

}  // namespace tstack::identity::catalog
