// A login as the client wrote it, checked for form and nothing else.
#pragma once

#include <string>

#include "common/log/secret.h"
#include "common/status/status.h"
#include "tstack/identity/v1/tokens.pb.h"

namespace tstack::identity::auth {

// By name if one is given, else by id.
struct DomainRef {
  std::string id;
  std::string name;
};

struct OwnedRef {  // a user or a project
  std::string id;
  std::string name;  // needs `domain`
  DomainRef domain;
};

// What the client wants the token to be good for.
struct ScopeRequest {
  enum class Kind { kDefault, kUnscoped, kProject, kDomain, kSystem };
  Kind kind = Kind::kDefault;
  OwnedRef project;
  DomainRef domain;
};

struct LoginRequest {
  bool by_password = false;
  bool by_token = false;
  OwnedRef user;                      // by_password
  log::Secret<std::string> password;  // by_password; may be empty, which matches nothing
  log::Secret<std::string> token;     // by_token
  ScopeRequest scope;
  bool catalog = true;
};

// kInvalidArgument with reason LOGIN_MALFORMED for a body that says too little or contradicts
// itself; kUnauthenticated with reason AUTH_METHOD_UNSUPPORTED for other methods than password and
// token.
StatusOr<LoginRequest> ParseLogin(const v1::IssueTokenRequest& request);

}  // namespace tstack::identity::auth
