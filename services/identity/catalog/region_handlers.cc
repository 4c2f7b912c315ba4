#include "services/identity/catalog/catalog_handlers.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"

namespace tstack::identity::catalog {

using google::protobuf::Empty;

Status CatalogHandlers::ListRegions(const CallContext& ctx, const v1::ListRegionsRequest& request,
                                    const rpc::Sink<v1::Region>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return SendPages<v1::Region>(
      ctx, request.marker(), request.limit(),
      [&](const std::string& after, int limit) {
        return regions_.List(ctx, request, after, limit);
      },
      sink);
}

StatusOr<v1::Region> CatalogHandlers::CreateRegion(const CallContext& ctx,
                                                   const v1::CreateRegionRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  // PUT names the region in its path, POST may name it in the body.
  const std::string& path_id = request.region_id();
  const std::string& body_id = request.region().id();
  if (!path_id.empty() && !body_id.empty() && path_id != body_id) {
    return FieldError("region.id", "differs from the id in the path");
  }
  std::string id = path_id.empty() ? body_id : path_id;
  if (id.empty()) id = ids_.HexUuid();
  return regions_.Create(ctx, request, id);
}

StatusOr<v1::Region> CatalogHandlers::ShowRegion(const CallContext& ctx,
                                                 const v1::ShowRegionRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return regions_.Get(ctx, request.region_id());
}

StatusOr<v1::Region> CatalogHandlers::UpdateRegion(const CallContext& ctx,
                                                   const v1::UpdateRegionRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  if (Names(request.update_mask(), "id") && request.region().id() != request.region_id()) {
    return FieldError("region.id", "cannot be changed");
  }
  return regions_.Update(ctx, request.region_id(), request.region(), request.update_mask());
}

StatusOr<Empty> CatalogHandlers::DeleteRegion(const CallContext& ctx,
                                              const v1::DeleteRegionRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  RETURN_IF_ERROR(regions_.Delete(ctx, request.region_id()));
  return Empty();
}

void CatalogHandlers::Register(rpc::Handlers* handlers) {
  RegisterRegions(handlers);
  RegisterServices(handlers);
  RegisterEndpoints(handlers);
}

void CatalogHandlers::RegisterRegions(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListRegionsRequest, v1::Region>(
      "tstack.identity.v1.Catalog.ListRegions",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListRegions(ctx, request, sink);
      });
  handlers->Unary<v1::CreateRegionRequest, v1::Region>(
      "tstack.identity.v1.Catalog.CreateRegion",
      [this](const auto& ctx, const auto& request) { return CreateRegion(ctx, request); });
  handlers->Unary<v1::ShowRegionRequest, v1::Region>(
      "tstack.identity.v1.Catalog.ShowRegion",
      [this](const auto& ctx, const auto& request) { return ShowRegion(ctx, request); });
  handlers->Unary<v1::UpdateRegionRequest, v1::Region>(
      "tstack.identity.v1.Catalog.UpdateRegion",
      [this](const auto& ctx, const auto& request) { return UpdateRegion(ctx, request); });
  handlers->Unary<v1::DeleteRegionRequest, Empty>(
      "tstack.identity.v1.Catalog.DeleteRegion",
      [this](const auto& ctx, const auto& request) { return DeleteRegion(ctx, request); });
}

}  // namespace tstack::identity::catalog
