// The rpcs of tstack.identity.v1.Catalog.
#pragma once

#include "google/protobuf/empty.pb.h"

#include "common/ids/ids.h"
#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/catalog/catalog_store.h"

namespace tstack::identity::catalog {

// Thread-safe; everything given must outlive it. Rules of the catalog ask nothing of their target.
class CatalogHandlers {
 public:
  CatalogHandlers(RegionStore& regions, ServiceStore& services, EndpointStore& endpoints,
                  const policy::Engine& policy, IdSource& ids)
      : regions_(regions), services_(services), endpoints_(endpoints), policy_(policy), ids_(ids) {}

  using Empty = google::protobuf::Empty;

  Status ListRegions(const CallContext& ctx, const v1::ListRegionsRequest& request,
                     const rpc::Sink<v1::Region>& sink);
  StatusOr<v1::Region> CreateRegion(const CallContext& ctx, const v1::CreateRegionRequest& request);
  StatusOr<v1::Region> ShowRegion(const CallContext& ctx, const v1::ShowRegionRequest& request);
  StatusOr<v1::Region> UpdateRegion(const CallContext& ctx, const v1::UpdateRegionRequest& request);
  StatusOr<Empty> DeleteRegion(const CallContext& ctx, const v1::DeleteRegionRequest& request);

  Status ListServices(const CallContext& ctx, const v1::ListServicesRequest& request,
                      const rpc::Sink<v1::Service>& sink);
  StatusOr<v1::Service> CreateService(const CallContext& ctx,
                                      const v1::CreateServiceRequest& request);
  StatusOr<v1::Service> ShowService(const CallContext& ctx, const v1::ShowServiceRequest& request);
  StatusOr<v1::Service> UpdateService(const CallContext& ctx,
                                      const v1::UpdateServiceRequest& request);
  StatusOr<Empty> DeleteService(const CallContext& ctx, const v1::DeleteServiceRequest& request);

  Status ListEndpoints(const CallContext& ctx, const v1::ListEndpointsRequest& request,
                       const rpc::Sink<v1::Endpoint>& sink);
  StatusOr<v1::Endpoint> CreateEndpoint(const CallContext& ctx,
                                        const v1::CreateEndpointRequest& request);
  StatusOr<v1::Endpoint> ShowEndpoint(const CallContext& ctx,
                                      const v1::ShowEndpointRequest& request);
  StatusOr<v1::Endpoint> UpdateEndpoint(const CallContext& ctx,
                                        const v1::UpdateEndpointRequest& request);
  StatusOr<Empty> DeleteEndpoint(const CallContext& ctx, const v1::DeleteEndpointRequest& request);

  void Register(rpc::Handlers* handlers);

 private:
  void RegisterRegions(rpc::Handlers* handlers);
  void RegisterServices(rpc::Handlers* handlers);
  void RegisterEndpoints(rpc::Handlers* handlers);

  RegionStore& regions_;
  ServiceStore& services_;
  EndpointStore& endpoints_;
  const policy::Engine& policy_;
  IdSource& ids_;
};

}  // namespace tstack::identity::catalog
