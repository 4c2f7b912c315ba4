#include "services/identity/catalog/catalog_handlers.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"

namespace tstack::identity::catalog {

using google::protobuf::Empty;

Status CatalogHandlers::ListServices(const CallContext& ctx, const v1::ListServicesRequest& request,
                                     const rpc::Sink<v1::Service>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return SendPages<v1::Service>(
      ctx, request.marker(), request.limit(),
      [&](const std::string& after, int limit) {
        return services_.List(ctx, request, after, limit);
      },
      sink);
}

StatusOr<v1::Service> CatalogHandlers::CreateService(const CallContext& ctx,
                                                     const v1::CreateServiceRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return services_.Create(ctx, request, ids_.HexUuid());
}

StatusOr<v1::Service> CatalogHandlers::ShowService(const CallContext& ctx,
                                                   const v1::ShowServiceRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return services_.Get(ctx, request.service_id());
}

StatusOr<v1::Service> CatalogHandlers::UpdateService(const CallContext& ctx,
                                                     const v1::UpdateServiceRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return services_.Update(ctx, request.service_id(), request.service(), request.update_mask());
}

StatusOr<Empty> CatalogHandlers::DeleteService(const CallContext& ctx,
                                               const v1::DeleteServiceRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  RETURN_IF_ERROR(services_.Delete(ctx, request.service_id()));
  return Empty();
}

void CatalogHandlers::RegisterServices(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListServicesRequest, v1::Service>(
      "tstack.identity.v1.Catalog.ListServices",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListServices(ctx, request, sink);
      });
  handlers->Unary<v1::CreateServiceRequest, v1::Service>(
      "tstack.identity.v1.Catalog.CreateService",
      [this](const auto& ctx, const auto& request) { return CreateService(ctx, request); });
  handlers->Unary<v1::ShowServiceRequest, v1::Service>(
      "tstack.identity.v1.Catalog.ShowService",
      [this](const auto& ctx, const auto& request) { return ShowService(ctx, request); });
  handlers->Unary<v1::UpdateServiceRequest, v1::Service>(
      "tstack.identity.v1.Catalog.UpdateService",
      [this](const auto& ctx, const auto& request) { return UpdateService(ctx, request); });
  handlers->Unary<v1::DeleteServiceRequest, Empty>(
      "tstack.identity.v1.Catalog.DeleteService",
      [this](const auto& ctx, const auto& request) { return DeleteService(ctx, request); });
}

}  // namespace tstack::identity::catalog
