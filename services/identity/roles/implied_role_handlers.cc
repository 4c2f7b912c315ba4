// The rpcs of RoleHandlers about roles that imply others.
#include <utility>

#include "services/identity/resources/lookup.h"
#include "services/identity/roles/role_handlers.h"

namespace tstack::identity::roles {
namespace {

using google::protobuf::Empty;

v1::ImpliedRole Answer(const Implication& rule) {
  v1::ImpliedRole answer;
  *answer.mutable_role_inference()->mutable_prior_role() = rule.prior;
  *answer.mutable_role_inference()->mutable_implies() = rule.implied;
  answer.set_prior_role_id(rule.prior.id());
  answer.set_implied_role_id(rule.implied.id());
  return answer;
}

}  // namespace

StatusOr<v1::ImpliedRoleList> RoleHandlers::ListImplied(
    const CallContext& ctx, const v1::ListImpliedRolesRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  ASSIGN_OR_RETURN(const v1::Role prior, store_.Get(ctx, request.prior_role_id()));
  ASSIGN_OR_RETURN(const std::vector<Implication> rules, store_.ListImplications(ctx, prior.id()));
  v1::ImpliedRoleList answer;
  answer.set_prior_role_id(prior.id());
  v1::RoleInference& inference = *answer.mutable_role_inference();
  inference.mutable_prior_role()->set_id(prior.id());
  inference.mutable_prior_role()->set_name(prior.name());
  for (const Implication& rule : rules) *inference.add_implies() = rule.implied;
  return answer;
}

StatusOr<v1::ImpliedRole> RoleHandlers::CreateImplied(const CallContext& ctx,
                                                      const v1::ImpliedRoleRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  ASSIGN_OR_RETURN(const Implication rule,
                   store_.AddImplication(ctx, request.prior_role_id(), request.implied_role_id()));
  return Answer(rule);
}

StatusOr<v1::ImpliedRole> RoleHandlers::ShowImplied(const CallContext& ctx,
                                                    const v1::ImpliedRoleRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  ASSIGN_OR_RETURN(const Implication rule,
                   store_.GetImplication(ctx, request.prior_role_id(), request.implied_role_id()));
  return Answer(rule);
}

StatusOr<Empty> RoleHandlers::CheckImplied(const CallContext& ctx,
                                           const v1::ImpliedRoleRequest& request) {
  RETURN_IF_ERROR(ShowImplied(ctx, request).status());
  return Empty();
}

StatusOr<Empty> RoleHandlers::DeleteImplied(const CallContext& ctx,
                                            const v1::ImpliedRoleRequest& request) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  RETURN_IF_ERROR(
      store_.RemoveImplication(ctx, request.prior_role_id(), request.implied_role_id()));
  return Empty();
}

StatusOr<v1::RoleInferenceList> RoleHandlers::ListInferences(const CallContext& ctx,
                                                             const v1::ListRoleInferencesRequest&) {
  RETURN_IF_ERROR(policy_.Enforce(ctx, {}));
  ASSIGN_OR_RETURN(const std::vector<Implication> rules, store_.ListImplications(ctx, ""));
  v1::RoleInferenceList answer;
  v1::RoleInference* current = nullptr;
  for (const Implication& rule : rules) {
    // Rules come by prior role.
    if (current == nullptr || current->prior_role().id() != rule.prior.id()) {
      current = answer.add_role_inferences();
      *current->mutable_prior_role() = rule.prior;
    }
    *current->add_implies() = rule.implied;
  }
  return answer;
}

void RoleHandlers::RegisterImplied(rpc::Handlers* handlers) {
  handlers->Unary<v1::ListImpliedRolesRequest, v1::ImpliedRoleList>(
      "tstack.identity.v1.Roles.ListImpliedRoles",
      [this](const auto& ctx, const auto& request) { return ListImplied(ctx, request); });
  handlers->Unary<v1::ImpliedRoleRequest, v1::ImpliedRole>(
      "tstack.identity.v1.Roles.CreateImpliedRole",
      [this](const auto& ctx, const auto& request) { return CreateImplied(ctx, request); });
  handlers->Unary<v1::ImpliedRoleRequest, v1::ImpliedRole>(
      "tstack.identity.v1.Roles.ShowImpliedRole",
      [this](const auto& ctx, const auto& request) { return ShowImplied(ctx, request); });
  handlers->Unary<v1::ImpliedRoleRequest, Empty>(
      "tstack.identity.v1.Roles.CheckImpliedRole",
      [this](const auto& ctx, const auto& request) { return CheckImplied(ctx, request); });
  handlers->Unary<v1::ImpliedRoleRequest, Empty>(
      "tstack.identity.v1.Roles.DeleteImpliedRole",
      [this](const auto& ctx, const auto& request) { return DeleteImplied(ctx, request); });
  handlers->Unary<v1::ListRoleInferencesRequest, v1::RoleInferenceList>(
      "tstack.identity.v1.Roles.ListRoleInferences",
      [this](const auto& ctx, const auto& request) { return ListInferences(ctx, request); });
}

}  // namespace tstack::identity::roles
