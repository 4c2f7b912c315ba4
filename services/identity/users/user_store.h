// Users in the schema: rows inside a transaction of somebody else, and the store of the REST API.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/users.pb.h"

namespace tstack::identity::users {

// A password of a new or changed user: absent = leave as it is, empty = remove, else the hash.
using PasswordHash = std::optional<std::string>;

// Thread-safe. Every writing method is one transaction, recorded for WatchAuth where it can make a
// token untrue. Names compare as the schema's collation does: without regard to case, accents and
// trailing spaces.
class UserStore {
 public:
  virtual ~UserStore() = default;

  // `request` is complete (domain, trimmed name, enabled). Repeats with the same Idempotency-Key
  // give the first answer. kAlreadyExists USER_EXISTS for a name that the domain has,
  // kNotFound DOMAIN_NOT_FOUND.
  virtual StatusOr<v1::User> Create(const CallContext& ctx, const v1::CreateUserRequest& request,
                                    std::string_view id, const PasswordHash& hash) = 0;
  virtual StatusOr<v1::User> Get(const CallContext& ctx, std::string_view id) = 0;
  // At most `limit` users by id, all above `after` that match.
  virtual StatusOr<std::vector<v1::User>> List(const CallContext& ctx,
                                               const v1::ListUsersRequest& request,
                                               std::string_view after, int limit) = 0;
  // Changes what `mask` names. Disabling or a new password kills the user's tokens.
  virtual StatusOr<v1::User> Update(const CallContext& ctx, std::string_view id,
                                    const v1::UserChanges& changes,
                                    const google::protobuf::FieldMask& mask,
                                    const PasswordHash& hash) = 0;
  // With its grants and its password. kNotFound if there is none.
  virtual Status Delete(const CallContext& ctx, std::string_view id) = 0;

  // Sets the hash if the stored one is still `expected`, else kAborted PASSWORD_CHANGED; kills the
  // user's tokens.
  virtual Status ChangePassword(const CallContext& ctx, std::string_view id,
                                std::string_view expected, std::string_view hash) = 0;
};

}  // namespace tstack::identity::users
