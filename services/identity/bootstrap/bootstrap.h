// What a new installation starts with. Everything here is idempotent and never changes what exists.
#pragma once

#include <string>
#include <vector>

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/log/secret.h"
#include "common/status/status.h"
#include "services/identity/passwords/hasher.h"
#include "services/identity/tokens/key_store.h"
#include "tstack/config/v1/identity.pb.h"

namespace tstack::identity::bootstrap {

struct Parts {
  db::Database& database;
  passwords::Hasher& hasher;
  tokens::KeyStore& keys;
  IdSource& ids;
};

// Makes the default domain, the roles admin, member, reader (each implies the next) and service,
// the projects, the administrator with admin on its project and on the system, the region, the
// catalog and the first token keys be there. `password` is used only if the administrator has none
// yet. An endpoint's URL follows the configuration.
Status Bootstrap(const CallContext& ctx, const Parts& parts, const config::v1::Bootstrap& config,
                 const std::string& region, const log::Secret<std::string>& password);

}  // namespace tstack::identity::bootstrap
