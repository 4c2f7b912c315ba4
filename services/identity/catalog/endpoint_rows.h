// How a row of `endpoint` is read and written.
#pragma once

#include <string>
#include <string_view>

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/catalog.pb.h"

namespace tstack::identity::catalog {

// Ends where the conditions begin.
inline constexpr std::string_view kSelectEndpoints =
    "SELECT e.id, e.interface, e.region_id, e.service_id, e.url, e.enabled, e.extra "
    "FROM endpoint e WHERE ";
// The one whose id is the parameter.
inline std::string SelectEndpoint() { return std::string(kSelectEndpoints) + "e.id = ?"; }

StatusOr<v1::Endpoint> ReadEndpoint(const db::Row& row);
// `region` repeats region_id under its old name.
void SetRegion(bool given, const std::string& id, v1::Endpoint* endpoint);

// Nobody else changes it until this transaction ends (on two nodes the second to commit is rerun).
// kNotFound ENDPOINT_NOT_FOUND.
StatusOr<v1::Endpoint> LockEndpoint(db::Transaction& tx, std::string_view id);
// Both record the change. kInvalidArgument for an unknown service or region.
Status InsertEndpoint(const CallContext& ctx, db::Transaction& tx, const v1::Endpoint& endpoint);
Status WriteEndpoint(const CallContext& ctx, db::Transaction& tx, const v1::Endpoint& endpoint);

}  // namespace tstack::identity::catalog
