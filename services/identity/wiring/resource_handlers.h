// The stores and handlers of everything that identity keeps besides tokens, put together.
#pragma once

#include <memory>

#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "services/identity/auth/password_prover.h"
#include "services/identity/passwords/hasher.h"

namespace tstack::identity {

// All must outlive the handlers.
struct ResourceParts {
  db::Database& database;
  const policy::Engine& policy;
  auth::PasswordProver& prover;
  passwords::Hasher& hasher;
  IdSource& ids;
};

class ResourceHandlers {
 public:
  explicit ResourceHandlers(const ResourceParts& parts);
  ~ResourceHandlers();
  // Domains, projects, users, roles, assignments, catalog. They refer to this object.
  void Register(rpc::Handlers* handlers);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tstack::identity
