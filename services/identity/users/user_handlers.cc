#include "services/identity/users/user_handlers.h"

#include <utility>

#include "services/identity/auth/user_options.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/pages.h"
#include "services/identity/resources/targets.h"
#include "services/identity/resources/validation.h"

namespace tstack::identity::users {
namespace {

using google::protobuf::Empty;

}  // namespace

StatusOr<v1::User> UserHandlers::Permitted(const CallContext& ctx, std::string_view user_id) {
  StatusOr<v1::User> user = store_.Get(ctx, user_id);
  if (!user.ok() && !absl::IsNotFound(user.status())) return user;
  policy::Target target;
  if (user.ok()) AddUser(*user, &target);
  RETURN_IF_ERROR(policy_.Enforce(ctx, target));
  return user;
}

StatusOr<PasswordHash> UserHandlers::HashOf(const CallContext& ctx, bool named,
                                            const std::string& password) {
  if (!named) return PasswordHash();
  // An empty hash removes the password: what null asks for. An empty password is none either.
  if (password.empty()) return PasswordHash("");
  ASSIGN_OR_RETURN(std::string hash, hasher_.Hash(ctx, password));
  return PasswordHash(std::move(hash));
}

Status UserHandlers::List(const CallContext& ctx, const v1::ListUsersRequest& request,
                          const rpc::Sink<v1::User>& sink) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, ListTarget(ctx)));
  v1::ListUsersRequest filter = request;
  const std::string& own = ctx.request.auth.domain_id();
  if (!own.empty()) {
    // A domain's token sees its domain only.
    if (filter.has_domain_id() && filter.domain_id() != own) return absl::OkStatus();
    filter.set_domain_id(own);
  }
  return SendPages<v1::User>(
      ctx, request.marker(), request.limit(),
      [&](const std::string& after, int limit) { return store_.List(ctx, filter, after, limit); },
      sink);
}

StatusOr<v1::User> UserHandlers::Create(const CallContext& ctx,
                                        const v1::CreateUserRequest& request) {
  v1::CreateUserRequest complete = request;
  complete.set_name(Trimmed(request.name()));
  if (!request.has_domain_id()) complete.set_domain_id(DomainOfScope(ctx));
  if (!request.has_enabled()) complete.set_enabled(true);
  policy::Target target;
  target["target.user.domain_id"] = complete.domain_id();
  RETURN_IF_ERROR(policy_.Enforce(ctx, target));
  RETURN_IF_ERROR(CheckName("user.name", complete.name()));
  RETURN_IF_ERROR(auth::CheckRules(request.options()));
  ASSIGN_OR_RETURN(const PasswordHash hash,
                   HashOf(ctx, !request.password().empty(), request.password()));
  return store_.Create(ctx, complete, ids_.HexUuid(), hash);
}

StatusOr<v1::User> UserHandlers::Show(const CallContext& ctx, const v1::ShowUserRequest& request) {
  return Permitted(ctx, request.user_id());
}

StatusOr<v1::User> UserHandlers::Update(const CallContext& ctx,
                                        const v1::UpdateUserRequest& request) {
  ASSIGN_OR_RETURN(const v1::User user, Permitted(ctx, request.user_id()));
  v1::UserChanges changes = request.user();
  if (Names(request.update_mask(), "domain_id") && changes.domain_id() != user.domain_id()) {
    return FieldError("user.domain_id", "cannot be changed");
  }
  if (Names(request.update_mask(), "name")) {
    changes.set_name(Trimmed(changes.name()));
    RETURN_IF_ERROR(CheckName("user.name", changes.name()));
  }
  RETURN_IF_ERROR(auth::CheckRules(changes.options()));
  ASSIGN_OR_RETURN(const PasswordHash hash,
                   HashOf(ctx, Names(request.update_mask(), "password"), changes.password()));
  return store_.Update(ctx, user.id(), changes, request.update_mask(), hash);
}

StatusOr<Empty> UserHandlers::Delete(const CallContext& ctx, const v1::DeleteUserRequest& request) {
  ASSIGN_OR_RETURN(const v1::User user, Permitted(ctx, request.user_id()));
  RETURN_IF_ERROR(store_.Delete(ctx, user.id()));
  return Empty();
}

StatusOr<Empty> UserHandlers::ChangePassword(const CallContext& ctx,
                                             const v1::ChangePasswordRequest& request) {
  const v1::PasswordChange& change = request.user();
  if (change.password().empty()) return FieldError("user.password", "must not be empty");
  ASSIGN_OR_RETURN(const auth::Account proved,
                   prover_.Prove(ctx, {.id = request.user_id()},
                                 log::Secret<std::string>(change.original_password())));
  ASSIGN_OR_RETURN(const v1::User user, store_.Get(ctx, request.user_id()));
  if (user.options().lock_password()) {
    return Error(StatusCode::kPermissionDenied, "PASSWORD_LOCKED",
                 "only an administrator may change this user's password");
  }
  if (change.password() == change.original_password()) {
    return FieldError("user.password", "must differ from the original password");
  }
  ASSIGN_OR_RETURN(const std::string hash, hasher_.Hash(ctx, change.password()));
  RETURN_IF_ERROR(store_.ChangePassword(ctx, user.id(), proved.hash, hash));
  return Empty();
}

void UserHandlers::Register(rpc::Handlers* handlers) {
  handlers->ServerStream<v1::ListUsersRequest, v1::User>(
      "tstack.identity.v1.Users.ListUsers",
      [this](const auto& ctx, const auto& request, const auto& sink) {
        return List(ctx, request, sink);
      });
  handlers->Unary<v1::CreateUserRequest, v1::User>(
      "tstack.identity.v1.Users.CreateUser",
      [this](const auto& ctx, const auto& request) { return Create(ctx, request); });
  handlers->Unary<v1::ShowUserRequest, v1::User>(
      "tstack.identity.v1.Users.ShowUser",
      [this](const auto& ctx, const auto& request) { return Show(ctx, request); });
  handlers->Unary<v1::UpdateUserRequest, v1::User>(
      "tstack.identity.v1.Users.UpdateUser",
      [this](const auto& ctx, const auto& request) { return Update(ctx, request); });
  handlers->Unary<v1::DeleteUserRequest, Empty>(
      "tstack.identity.v1.Users.DeleteUser",
      [this](const auto& ctx, const auto& request) { return Delete(ctx, request); });
  handlers->Unary<v1::ChangePasswordRequest, Empty>(
      "tstack.identity.v1.Users.ChangePassword",
      [this](const auto& ctx, const auto& request) { return ChangePassword(ctx, request); });
}

}  // namespace tstack::identity::users
