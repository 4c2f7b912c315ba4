// The auth sequence: every write that can make a token's answer untrue is stamped in its own
// transaction, so that gateways learn of it within a beat (see authority.proto).
#pragma once

#include <string_view>

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/authority.pb.h"

namespace tstack::identity::auth {

// Records in `tx` that (kind, id) changed: user, project or domain disabled, renamed or deleted;
// role renamed or deleted; a grant of a user added or removed (ASSIGNMENT, user id); a service,
// endpoint or region (CATALOG). Several calls in one transaction are fine. Call it last: from here
// to COMMIT the sequence's row is locked.
Status RecordChange(db::Transaction& tx, v1::DependencyKind kind, std::string_view id);
// The same, and tells it with the answer: this process's cache and the gateway act on the change
// before the client knows that it was made. For every change by a call.
Status RecordChange(const CallContext& ctx, db::Transaction& tx, v1::DependencyKind kind,
                    std::string_view id);

// Kills all tokens of the user that exist now and records the change: password changed, user
// disabled. Tokens issued after the commit are good. Idempotent in effect.
Status InvalidateTokensOf(db::Transaction& tx, std::string_view user_id);
Status InvalidateTokensOf(const CallContext& ctx, db::Transaction& tx, std::string_view user_id);

}  // namespace tstack::identity::auth
