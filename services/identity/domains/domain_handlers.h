// The rpcs of tstack.identity.v1.Domains.
#pragma once

#include "google/protobuf/empty.pb.h"

#include "common/ids/ids.h"
#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/domains/domain_store.h"

namespace tstack::identity::domains {

// Thread-safe; everything given must outlive it.
class DomainHandlers {
 public:
  DomainHandlers(DomainStore& store, const policy::Engine& policy, IdSource& ids)
      : store_(store), policy_(policy), ids_(ids) {}

  Status List(const CallContext& ctx, const v1::ListDomainsRequest& request,
              const rpc::Sink<v1::Domain>& sink);
  StatusOr<v1::Domain> Create(const CallContext& ctx, const v1::CreateDomainRequest& request);
  StatusOr<v1::Domain> Show(const CallContext& ctx, const v1::ShowDomainRequest& request);
  StatusOr<v1::Domain> Update(const CallContext& ctx, const v1::UpdateDomainRequest& request);
  StatusOr<google::protobuf::Empty> Delete(const CallContext& ctx,
                                           const v1::DeleteDomainRequest& request);
  Status ListOfCaller(const CallContext& ctx, const v1::ListAuthDomainsRequest& request,
                      const rpc::Sink<v1::Domain>& sink);

  void Register(rpc::Handlers* handlers);

 private:
  Status Enforce(const CallContext& ctx, std::string_view domain_id) const;
  Status Send(const CallContext& ctx, const DomainFilter& filter,
              const rpc::Sink<v1::Domain>& sink);

  DomainStore& store_;
  const policy::Engine& policy_;
  IdSource& ids_;
};

}  // namespace tstack::identity::domains
