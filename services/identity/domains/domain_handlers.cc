#include "services/identity/domains/domain_handlers.h"

#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"
#include "services/identity/resources/targets.h"
#include "services/identity/resources/validation.h"

namespace tstack::identity::domains {

using google::protobuf::Empty;

Status DomainHandlers::Enforce(const CallContext& ctx, std::string_view domain_id) const {
  policy::Target target;
  AddDomain(domain_id, &target);
  return policy_.Enforce(ctx, target);
}

Status DomainHandlers::Send(const CallContext& ctx, const DomainFilter& filter,
                            const rpc::Sink<v1::Domain>& sink) {
  return SendPages<v1::Domain>(
      ctx, filter.request.marker(), filter.request.limit(),
      [&](const std::string& after, int limit) { return store_.List(ctx, filter, after, limit); },
      sink);
}

Status DomainHandlers::List(const CallContext& ctx, const v1::ListDomainsRequest& request,
                            const rpc::Sink<v1::Domain>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, ListTarget(ctx)));
  // A domain's token sees its domain only.
  const DomainFilter filter = {
      .request = request, .user_id = "", .only_id = ctx.request.auth.domain_id()};
  return Send(ctx, filter, sink);
}

StatusOr<v1::Domain> DomainHandlers::Create(const CallContext& ctx,
                                            const v1::CreateDomainRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  v1::CreateDomainRequest complete = request;
  complete.set_name(Trimmed(request.name()));
  if (!request.has_enabled()) complete.set_enabled(true);
  if (!request.has_description()) complete.set_description("");
  RETURN_IF_ERROR(CheckName("domain.name", complete.name()));
  RETURN_IF_ERROR(CheckTags("domain.tags", complete.tags()));
  const std::string& chosen = request.explicit_domain_id();
  return store_.Create(ctx, complete, chosen.empty() ? ids_.HexUuid() : chosen);
}

StatusOr<v1::Domain> DomainHandlers::Show(const CallContext& ctx,
                                          const v1::ShowDomainRequest& request) {
  StatusOr<v1::Domain> domain = store_.Get(ctx, request.domain_id());
  if (!domain.ok() && !absl::IsNotFound(domain.status())) return domain;
  RETURN_IF_ERROR(domain.ok() ? Enforce(ctx, domain->id()) : policy_.Enforce(ctx, {}));
  return domain;
}

StatusOr<v1::Domain> DomainHandlers::Update(const CallContext& ctx,
                                            const v1::UpdateDomainRequest& request) {
  RETURN_IF_ERROR(Enforce(ctx, request.domain_id()));
  RETURN_IF_ERROR(CheckTags("domain.tags", request.domain().tags()));
  return store_.Update(ctx, request.domain_id(), request.domain(), request.update_mask());
}

StatusOr<Empty> DomainHandlers::Delete(const CallContext& ctx,
                                       const v1::DeleteDomainRequest& request) {
  RETURN_IF_ERROR(Enforce(ctx, request.domain_id()));
  RETURN_IF_ERROR(store_.Delete(ctx, request.domain_id()));
  return Empty();
}

Status DomainHandlers::ListOfCaller(const CallContext& ctx, const v1::ListAuthDomainsRequest&,
                                    const rpc::Sink<v1::Domain>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  DomainFilter filter = {.request = {}, .user_id = ctx.request.auth.user_id(), .only_id = ""};
  filter.request.set_enabled(true);
  return Send(ctx, filter, sink);
}

void DomainHandlers::Register(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListDomainsRequest, v1::Domain>(
      "tstack.identity.v1.Domains.ListDomains",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return List(ctx, request, sink);
      });
  handlers->Unary<v1::CreateDomainRequest, v1::Domain>(
      "tstack.identity.v1.Domains.CreateDomain",
      [this](const auto& ctx, const auto& request) { return Create(ctx, request); });
  handlers->Unary<v1::ShowDomainRequest, v1::Domain>(
      "tstack.identity.v1.Domains.ShowDomain",
      [this](const auto& ctx, const auto& request) { return Show(ctx, request); });
  handlers->Unary<v1::UpdateDomainRequest, v1::Domain>(
      "tstack.identity.v1.Domains.UpdateDomain",
      [this](const auto& ctx, const auto& request) { return Update(ctx, request); });
  handlers->Unary<v1::DeleteDomainRequest, Empty>(
      "tstack.identity.v1.Domains.DeleteDomain",
      [this](const auto& ctx, const auto& request) { return Delete(ctx, request); });
  handlers->ServerStream<v1::ListAuthDomainsRequest, v1::Domain>(
      "tstack.identity.v1.Domains.ListAuthDomains",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return ListOfCaller(ctx, request, sink);
      });
}

}  // namespace tstack::identity::domains
