// The rpcs of tstack.identity.v1.Users.
#pragma once

#include "google/protobuf/empty.pb.h"

#include "common/ids/ids.h"
#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/auth/password_prover.h"
#include "services/identity/passwords/hasher.h"
#include "services/identity/users/user_store.h"

namespace tstack::identity::users {

// Thread-safe; everything given must outlive it.
class UserHandlers {
 public:
  UserHandlers(UserStore& store, auth::PasswordProver& prover, passwords::Hasher& hasher,
               const policy::Engine& policy, IdSource& ids)
      : store_(store), prover_(prover), hasher_(hasher), policy_(policy), ids_(ids) {}

  Status List(const CallContext& ctx, const v1::ListUsersRequest& request,
              const rpc::Sink<v1::User>& sink);
  StatusOr<v1::User> Create(const CallContext& ctx, const v1::CreateUserRequest& request);
  StatusOr<v1::User> Show(const CallContext& ctx, const v1::ShowUserRequest& request);
  StatusOr<v1::User> Update(const CallContext& ctx, const v1::UpdateUserRequest& request);
  StatusOr<google::protobuf::Empty> Delete(const CallContext& ctx,
                                           const v1::DeleteUserRequest& request);
  // Refuses as PasswordProver does.
  StatusOr<google::protobuf::Empty> ChangePassword(const CallContext& ctx,
                                                   const v1::ChangePasswordRequest& request);

  void Register(rpc::Handlers* handlers);

 private:
  // Asks the policy about the user as it is; about nobody in particular if there is none.
  StatusOr<v1::User> Permitted(const CallContext& ctx, std::string_view user_id);
  StatusOr<PasswordHash> HashOf(const CallContext& ctx, bool named, const std::string& password);

  UserStore& store_;
  auth::PasswordProver& prover_;
  passwords::Hasher& hasher_;
  const policy::Engine& policy_;
  IdSource& ids_;
};

}  // namespace tstack::identity::users
