// Domains in the schema: rows inside a transaction of somebody else, and the store of the REST API.
// A domain is a row of `project`; see projects/project_store.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/domains.pb.h"

namespace tstack::identity::domains {

// What a list is filtered by. `user_id`: only domains on which that user has a role; `only_id`:
// only that one. Both may be empty.
struct DomainFilter {
  v1::ListDomainsRequest request;
  std::string user_id;
  std::string only_id;
};

// Thread-safe. Every writing method is one transaction, recorded for WatchAuth where it can make a
// token untrue.
class DomainStore {
 public:
  virtual ~DomainStore() = default;

  // `request` is complete (trimmed name, enabled). kAlreadyExists DOMAIN_EXISTS for a name or an id
  // that is there.
  virtual StatusOr<v1::Domain> Create(const CallContext& ctx,
                                      const v1::CreateDomainRequest& request,
                                      std::string_view id) = 0;
  virtual StatusOr<v1::Domain> Get(const CallContext& ctx, std::string_view id) = 0;
  // At most `limit` domains by id, all above `after` that match.
  virtual StatusOr<std::vector<v1::Domain>> List(const CallContext& ctx, const DomainFilter& filter,
                                                 std::string_view after, int limit) = 0;
  // Changes what `mask` names. kPermissionDenied if immutable.
  virtual StatusOr<v1::Domain> Update(const CallContext& ctx, std::string_view id,
                                      const v1::DomainChanges& changes,
                                      const google::protobuf::FieldMask& mask) = 0;
  // With its projects, users, roles and all grants on them or of them. kPermissionDenied
  // DOMAIN_ENABLED until it is disabled, RESOURCE_IMMUTABLE if immutable.
  virtual Status Delete(const CallContext& ctx, std::string_view id) = 0;
};

}  // namespace tstack::identity::domains
