#include "services/identity/catalog/catalog_handlers.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"

namespace tstack::identity::catalog {
namespace {

// Every placeholder must be one that tokens can fill.
Status CheckUrl(const std::string& url) {
  static const Substitutions kKnown = {{"project_id", ""}, {"tenant_id", ""}, {"user_id", ""}};
  if (FillUrl(url, kKnown).has_value()) return absl::OkStatus();
  return FieldError("endpoint.url", "contains a placeholder that cannot be filled");
}

}  // namespace

using google::protobuf::Empty;

Status CatalogHandlers::ListEndpoints(const CallContext& ctx,
                                      const v1::ListEndpointsRequest& request,
                                      const rpc::Sink<v1::Endpoint>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return SendPages<v1::Endpoint>(
      ctx, request.marker(), request.limit(),
      [&](const std::string& after, int limit) {
        return endpoints_.List(ctx, request, after, limit);
      },
      sink);
}

StatusOr<v1::Endpoint> CatalogHandlers::CreateEndpoint(const CallContext& ctx,
                                                       const v1::CreateEndpointRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  RETURN_IF_ERROR(CheckUrl(request.url()));
  return endpoints_.Create(ctx, request, ids_.HexUuid());
}

StatusOr<v1::Endpoint> CatalogHandlers::ShowEndpoint(const CallContext& ctx,
                                                     const v1::ShowEndpointRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  return endpoints_.Get(ctx, request.endpoint_id());
}

StatusOr<v1::Endpoint> CatalogHandlers::UpdateEndpoint(const CallContext& ctx,
                                                       const v1::UpdateEndpointRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  if (Names(request.update_mask(), "url")) RETURN_IF_ERROR(CheckUrl(request.endpoint().url()));
  return endpoints_.Update(ctx, request.endpoint_id(), request.endpoint(), request.update_mask());
}

StatusOr<Empty> CatalogHandlers::DeleteEndpoint(const CallContext& ctx,
                                                const v1::DeleteEndpointRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  RETURN_IF_ERROR(endpoints_.Delete(ctx, request.endpoint_id()));
  return Empty();
}

void CatalogHandlers::RegisterEndpoints(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListEndpointsRequest, v1::Endpoint>(
      "tstack.identity.v1.Catalog.ListEndpoints",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListEndpoints(ctx, request, sink);
      });
  handlers->Unary<v1::CreateEndpointRequest, v1::Endpoint>(
      "tstack.identity.v1.Catalog.CreateEndpoint",
      [this](const auto& ctx, const auto& request) { return CreateEndpoint(ctx, request); });
  handlers->Unary<v1::ShowEndpointRequest, v1::Endpoint>(
      "tstack.identity.v1.Catalog.ShowEndpoint",
      [this](const auto& ctx, const auto& request) { return ShowEndpoint(ctx, request); });
  handlers->Unary<v1::UpdateEndpointRequest, v1::Endpoint>(
      "tstack.identity.v1.Catalog.UpdateEndpoint",
      [this](const auto& ctx, const auto& request) { return UpdateEndpoint(ctx, request); });
  handlers->Unary<v1::DeleteEndpointRequest, Empty>(
      "tstack.identity.v1.Catalog.DeleteEndpoint",
      [this](const auto& ctx, const auto& request) { return DeleteEndpoint(ctx, request); });
}

}  // namespace tstack::identity::catalog
