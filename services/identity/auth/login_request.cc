#include "services/identity/auth/login_request.h"

#include <utility>

#include "google/protobuf/struct.pb.h"

namespace tstack::identity::auth {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

Status Malformed(const std::string& what) {
  return Error(StatusCode::kInvalidArgument, "LOGIN_MALFORMED", what);
}

Status MissingIn(std::string_view attribute, std::string_view place) {
  return Malformed("Expecting to find " + std::string(attribute) + " in " + std::string(place) +
                   ".");
}

StatusOr<OwnedRef> ParseUser(const v1::PasswordUser& user) {
  if (user.id().empty() && user.name().empty()) return MissingIn("id or name", "user");
  OwnedRef ref{user.id(), user.name(), {user.domain().id(), user.domain().name()}};
  if (ref.name.empty()) return ref;
  if (!user.has_domain()) return MissingIn("domain", "user");
  if (ref.domain.id.empty() && ref.domain.name.empty())
    return MissingIn("id or name", "user domain");
  return ref;
}

const Value* Find(const Struct& object, const std::string& key) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() ? nullptr : &found->second;
}

// A text member; "" if it is absent.
StatusOr<std::string> Text(const Struct& object, const std::string& key) {
  const Value* value = Find(object, key);
  if (value == nullptr) return std::string();
  if (value->kind_case() != Value::kStringValue) {
    return Malformed("Invalid input for field 'scope': " + key + " is not of type 'string'.");
  }
  return value->string_value();
}

StatusOr<const Struct*> Object(const Value& value, const std::string& name) {
  if (value.kind_case() == Value::kStructValue) return &value.struct_value();
  return Malformed("Invalid input for field 'scope': " + name + " is not of type 'object'.");
}

StatusOr<DomainRef> ParseDomain(const Value& value) {
  ASSIGN_OR_RETURN(const Struct* domain, Object(value, "domain"));
  DomainRef ref;
  ASSIGN_OR_RETURN(ref.id, Text(*domain, "id"));
  ASSIGN_OR_RETURN(ref.name, Text(*domain, "name"));
  if (ref.id.empty() && ref.name.empty()) return MissingIn("id or name", "scope domain");
  return ref;
}

StatusOr<OwnedRef> ParseProject(const Value& value) {
  ASSIGN_OR_RETURN(const Struct* project, Object(value, "project"));
  OwnedRef ref;
  ASSIGN_OR_RETURN(ref.id, Text(*project, "id"));
  ASSIGN_OR_RETURN(ref.name, Text(*project, "name"));
  if (ref.id.empty() && ref.name.empty()) return MissingIn("id or name", "scope project");
  const Value* domain = Find(*project, "domain");
  if (domain != nullptr) {
    ASSIGN_OR_RETURN(ref.domain, ParseDomain(*domain));
  } else if (!ref.name.empty()) {
    return MissingIn("domain", "scope project");
  }
  return ref;
}

StatusOr<ScopeRequest> ParseScopeObject(const Struct& scope) {
  if (Find(scope, "OS-TRUST:trust") != nullptr && scope.fields_size() == 1) {
    return Error(StatusCode::kUnauthenticated, "TRUST_UNKNOWN", "There is no such trust.");
  }
  const Value* project = Find(scope, "project");
  const Value* domain = Find(scope, "domain");
  const Value* system = Find(scope, "system");
  const Value* unscoped = Find(scope, "unscoped");
  const int given =
      (project != nullptr) + (domain != nullptr) + (system != nullptr) + (unscoped != nullptr);
  if (given != 1) return MissingIn("exactly one of system, project, domain or unscoped", "scope");
  ScopeRequest request;
  if (project != nullptr) {
    request.kind = ScopeRequest::Kind::kProject;
    ASSIGN_OR_RETURN(request.project, ParseProject(*project));
  } else if (domain != nullptr) {
    request.kind = ScopeRequest::Kind::kDomain;
    ASSIGN_OR_RETURN(request.domain, ParseDomain(*domain));
  } else if (system != nullptr) {
    request.kind = ScopeRequest::Kind::kSystem;
    RETURN_IF_ERROR(Object(*system, "system").status());
  } else {
    request.kind = ScopeRequest::Kind::kUnscoped;
  }
  return request;
}

StatusOr<ScopeRequest> ParseScope(const Value& scope) {
  if (scope.kind_case() == Value::kStructValue) return ParseScopeObject(scope.struct_value());
  if (scope.kind_case() == Value::kStringValue && scope.string_value() == "unscoped") {
    return ScopeRequest{ScopeRequest::Kind::kUnscoped, {}, {}};
  }
  return Malformed("Invalid input for field 'scope': it must be an object or 'unscoped'.");
}

Status ParseMethods(const v1::AuthIdentity& identity, LoginRequest& login) {
  for (const std::string& method : identity.methods()) {
    login.by_password |= method == "password";
    login.by_token |= method == "token";
  }
  if (login.by_password && !identity.has_password()) return MissingIn("password", "identity");
  if (login.by_token && !identity.has_token()) return MissingIn("token", "identity");
  for (const std::string& method : identity.methods()) {
    if (method == "password" || method == "token") continue;
    if (!identity.others().contains(method)) return MissingIn(method, "identity");
    return Error(StatusCode::kUnauthenticated, "AUTH_METHOD_UNSUPPORTED",
                 "Attempted to authenticate with an unsupported method.");
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<LoginRequest> ParseLogin(const v1::IssueTokenRequest& request) {
  LoginRequest login;
  if (!request.has_identity()) return MissingIn("identity", "auth");
  const v1::AuthIdentity& identity = request.identity();
  RETURN_IF_ERROR(ParseMethods(identity, login));
  if (login.by_password) {
    if (!identity.password().has_user()) return MissingIn("user", "password");
    ASSIGN_OR_RETURN(login.user, ParseUser(identity.password().user()));
    login.password = log::Secret<std::string>(identity.password().user().password());
  }
  if (login.by_token) {
    if (identity.token().id().empty()) return MissingIn("id", "token");
    login.token = log::Secret<std::string>(identity.token().id());
  }
  if (request.has_scope()) {
    ASSIGN_OR_RETURN(login.scope, ParseScope(request.scope()));
  }
  login.catalog = !request.has_nocatalog();
  return login;
}

}  // namespace tstack::identity::auth
