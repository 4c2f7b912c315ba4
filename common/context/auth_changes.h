// The header of common.v1.ResponseMetadata in which identity tells the gateway what its call has
// changed: a serialized identity.v1.AuthEvent without seq, in base64 (header values are text). The
// gateway takes it out; clients never see it.
#pragma once

namespace tstack {

inline constexpr char kAuthChangesHeader[] = "tstack-auth-changes";

}  // namespace tstack
