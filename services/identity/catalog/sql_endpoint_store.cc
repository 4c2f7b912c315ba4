#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/catalog/endpoint_rows.h"
#include "services/identity/catalog/sql_catalog_stores.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"

namespace tstack::identity::catalog {
namespace {

using google::protobuf::FieldMask;

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
          RETURN_IF_ERROR(InsertEndpoint(ctx, tx, endpoint));
          return endpoint;
        });
  }

  StatusOr<v1::Endpoint> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("endpoint", id);
    return OneOf(Select(ctx, database_, "endpoint_show", SelectEndpoint(), {std::string(id)}),
                 "endpoint", id, ReadEndpoint);
  }

  StatusOr<std::vector<v1::Endpoint>> List(const CallContext& ctx,
                                           const v1::ListEndpointsRequest& request,
                                           std::string_view after, int limit) override {
    Conditions conditions;
    conditions.Add("e.id > ?", {std::string(after)})
        .Equal("e.interface", request.has_interface(), request.interface())
        .Equal("e.service_id", request.has_service_id(), request.service_id());
    if (request.has_region_id()) conditions.Add("e.region_id = ?", {request.region_id()});
    return AllOf(
        SelectPage(ctx, database_, "endpoint_list", kSelectEndpoints, conditions, "e.id", limit),
        ReadEndpoint);
  }

  StatusOr<v1::Endpoint> Update(const CallContext& ctx, std::string_view id,
                                const v1::EndpointChanges& changes,
                                const FieldMask& mask) override {
    v1::Endpoint endpoint;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(endpoint, LockEndpoint(tx, id));
          RETURN_IF_ERROR(EnsureOldRegion(ctx, tx, changes));
          Apply(changes, mask, &endpoint);
          return WriteEndpoint(ctx, tx, endpoint);
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

std::unique_ptr<EndpointStore> MakeSqlEndpointStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlEndpointStore>(database, ids);
}

}  // namespace tstack::identity::catalog
