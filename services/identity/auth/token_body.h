// A token as the API shows it, and as gateways cache it.
#pragma once

#include "services/identity/auth/directory.h"
#include "services/identity/auth/validator.h"
#include "tstack/identity/v1/authority.pb.h"
#include "tstack/identity/v1/tokens.pb.h"

namespace tstack::identity::auth {

// Everything but the catalog. `text` becomes the id, which travels as a header.
v1::Token TokenBody(const ValidToken& valid, std::string_view text);

// The context that services and policy see, and the (kind, id) pairs whose change makes it untrue.
v1::AuthenticateResponse AuthorityOf(const ValidToken& valid);

}  // namespace tstack::identity::auth
