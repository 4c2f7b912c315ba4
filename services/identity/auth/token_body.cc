#include "services/identity/auth/token_body.h"

#include <string>
#include <utility>

#include "services/identity/auth/dependencies.h"
#include "services/identity/resources/timestamps.h"

namespace tstack::identity::auth {
namespace {

using Kind = tokens::Scope::Kind;

void SetDomain(const NamedDomain& from, v1::TokenDomain* to) {
  to->set_id(from.id);
  to->set_name(from.name);
}

void SetScope(const Bearer& bearer, v1::Token& body) {
  switch (bearer.scope.kind) {
    case Kind::kUnscoped:
      return;
    case Kind::kProject:
      body.mutable_project()->set_id(bearer.scope.id);
      body.mutable_project()->set_name(bearer.scope_name);
      SetDomain(bearer.scope_domain, body.mutable_project()->mutable_domain());
      return body.set_is_domain(false);
    case Kind::kDomain:
      body.mutable_domain()->set_id(bearer.scope.id);
      return body.mutable_domain()->set_name(bearer.scope_name);
    case Kind::kSystem:
      return body.mutable_system()->set_all(true);
  }
}

void SetContextScope(const Bearer& bearer, common::v1::AuthContext& context) {
  switch (bearer.scope.kind) {
    case Kind::kUnscoped:
      return;
    case Kind::kProject:
      context.set_project_id(bearer.scope.id);
      context.set_project_name(bearer.scope_name);
      context.set_project_domain_id(bearer.scope_domain.id);
      return context.set_project_domain_name(bearer.scope_domain.name);
    case Kind::kDomain:
      context.set_domain_id(bearer.scope.id);
      return context.set_domain_name(bearer.scope_name);
    case Kind::kSystem:
      return context.set_system("all");
  }
}

}  // namespace

v1::Token TokenBody(const ValidToken& valid, std::string_view text) {
  const tokens::Payload& payload = valid.token.payload;
  const Bearer& bearer = valid.bearer;
  v1::Token body;
  body.set_id(std::string(text));
  body.mutable_methods()->Assign(payload.methods.begin(), payload.methods.end());
  body.mutable_audit_ids()->Assign(payload.audit_ids.begin(), payload.audit_ids.end());
  SetTime(payload.expires_at, body.mutable_expires_at());
  SetTime(valid.token.issued_at, body.mutable_issued_at());
  body.mutable_user()->set_id(bearer.user_id);
  body.mutable_user()->set_name(bearer.user_name);
  SetDomain(bearer.user_domain, body.mutable_user()->mutable_domain());
  if (bearer.password_expires_at) {
    SetTime(*bearer.password_expires_at, body.mutable_user()->mutable_password_expires_at());
  }
  SetScope(bearer, body);
  body.mutable_roles()->Assign(bearer.roles.begin(), bearer.roles.end());
  return body;
}

v1::AuthenticateResponse AuthorityOf(const ValidToken& valid) {
  const tokens::Payload& payload = valid.token.payload;
  const Bearer& bearer = valid.bearer;
  v1::AuthenticateResponse authority;
  common::v1::AuthContext& context = *authority.mutable_context();
  context.set_user_id(bearer.user_id);
  context.set_user_name(bearer.user_name);
  context.set_user_domain_id(bearer.user_domain.id);
  context.set_user_domain_name(bearer.user_domain.name);
  SetContextScope(bearer, context);
  for (const v1::TokenRole& role : bearer.roles) {
    context.add_roles(role.name());
    context.add_role_ids(role.id());
  }
  context.mutable_methods()->Assign(payload.methods.begin(), payload.methods.end());
  context.set_audit_id(payload.audit_ids.front());
  context.set_expires_at_unix(absl::ToUnixSeconds(payload.expires_at));
  for (v1::Dependency& dependency : DependenciesOf(bearer, payload.audit_ids))
    *authority.add_depends_on() = std::move(dependency);
  authority.set_auth_seq(bearer.auth_seq);
  return authority;
}

}  // namespace tstack::identity::auth
