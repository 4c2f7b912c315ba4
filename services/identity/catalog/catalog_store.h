// Regions, services, endpoints, and the catalog that tokens show of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/catalog.pb.h"
#include "tstack/identity/v1/tokens.pb.h"

namespace tstack::identity::catalog {

// Values for $(name)s and %(name)s in endpoint URLs: "project_id", "tenant_id", "user_id".
using Substitutions = std::map<std::string, std::string, std::less<>>;

// `url` with its substitutions; nullopt if it names something else or is malformed, or if it needs
// a project and there is none: such an endpoint is left out.
std::optional<std::string> FillUrl(std::string_view url, const Substitutions& substitutions);

// Enabled services with their enabled endpoints, by service id, URLs not yet filled: one statement.
StatusOr<std::vector<v1::CatalogService>> ReadCatalog(db::Transaction& tx);
// ReadCatalog's answer for one token, added to `filled`; "" = none.
void FillCatalog(const std::vector<v1::CatalogService>& services, std::string_view project_id,
                 std::string_view user_id,
                 google::protobuf::RepeatedPtrField<v1::CatalogService>* filled);

// Idempotent, for bootstrap: makes the region, the service (found by type and name) and its
// endpoint of that interface be there with that URL. `id` is used for whatever must be created.
Status EnsureRegion(const CallContext& ctx, db::Transaction& tx, std::string_view id);
StatusOr<std::string> EnsureService(const CallContext& ctx, db::Transaction& tx,
                                    std::string_view type, std::string_view name,
                                    std::string_view id);
Status EnsureEndpoint(const CallContext& ctx, db::Transaction& tx, std::string_view service_id,
                      std::string_view region_id, std::string_view interface, std::string_view url,
                      std::string_view id);

// Thread-safe. Every writing method is one transaction, recorded as a CATALOG change.
class RegionStore {
 public:
  virtual ~RegionStore() = default;
  // kAlreadyExists REGION_EXISTS; kNotFound for an unknown parent.
  virtual StatusOr<v1::Region> Create(const CallContext& ctx,
                                      const v1::CreateRegionRequest& request,
                                      std::string_view id) = 0;
  virtual StatusOr<v1::Region> Get(const CallContext& ctx, std::string_view id) = 0;
  virtual StatusOr<std::vector<v1::Region>> List(const CallContext& ctx,
                                                 const v1::ListRegionsRequest& request,
                                                 std::string_view after, int limit) = 0;
  // kInvalidArgument REGION_CYCLE if the region would be above itself.
  virtual StatusOr<v1::Region> Update(const CallContext& ctx, std::string_view id,
                                      const v1::RegionChanges& changes,
                                      const google::protobuf::FieldMask& mask) = 0;
  // With the regions below it. kPermissionDenied REGION_IN_USE while an endpoint is in any of them.
  virtual Status Delete(const CallContext& ctx, std::string_view id) = 0;
};

class ServiceStore {
 public:
  virtual ~ServiceStore() = default;
  virtual StatusOr<v1::Service> Create(const CallContext& ctx,
                                       const v1::CreateServiceRequest& request,
                                       std::string_view id) = 0;
  virtual StatusOr<v1::Service> Get(const CallContext& ctx, std::string_view id) = 0;
  virtual StatusOr<std::vector<v1::Service>> List(const CallContext& ctx,
                                                  const v1::ListServicesRequest& request,
                                                  std::string_view after, int limit) = 0;
  virtual StatusOr<v1::Service> Update(const CallContext& ctx, std::string_view id,
                                       const v1::ServiceChanges& changes,
                                       const google::protobuf::FieldMask& mask) = 0;
  // With its endpoints.
  virtual Status Delete(const CallContext& ctx, std::string_view id) = 0;
};

class EndpointStore {
 public:
  virtual ~EndpointStore() = default;
  // kInvalidArgument for an unknown service or region; a region named by `region` is created.
  virtual StatusOr<v1::Endpoint> Create(const CallContext& ctx,
                                        const v1::CreateEndpointRequest& request,
                                        std::string_view id) = 0;
  virtual StatusOr<v1::Endpoint> Get(const CallContext& ctx, std::string_view id) = 0;
  virtual StatusOr<std::vector<v1::Endpoint>> List(const CallContext& ctx,
                                                   const v1::ListEndpointsRequest& request,
                                                   std::string_view after, int limit) = 0;
  virtual StatusOr<v1::Endpoint> Update(const CallContext& ctx, std::string_view id,
                                        const v1::EndpointChanges& changes,
                                        const google::protobuf::FieldMask& mask) = 0;
  virtual Status Delete(const CallContext& ctx, std::string_view id) = 0;
};

}  // namespace tstack::identity::catalog
