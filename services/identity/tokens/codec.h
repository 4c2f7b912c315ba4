// Token text from and to what it says.
#pragma once

#include <string>
#include <string_view>

#include "common/context/call_context.h"
#include "common/ids/ids.h"
#include "common/status/status.h"
#include "services/identity/tokens/key_ring.h"
#include "services/identity/tokens/payload.h"

namespace tstack::identity::tokens {

struct OpenedToken {
  Payload payload;
  absl::Time issued_at;  // whole seconds
};

// Thread-safe. Knows keys and formats, not users: an opened token is genuine, nothing more.
class TokenCodec {
 public:
  TokenCodec(KeyRing& ring, MethodBits methods, IdSource& ids)
      : ring_(ring), methods_(std::move(methods)), ids_(ids) {}

  // Signed by the primary key. Errors of KeyRing::Current.
  StatusOr<std::string> Write(const CallContext& ctx, const Payload& payload, absl::Time issued_at);

  // kUnauthenticated with reason TOKEN_INVALID if it is no token of ours. Expiry is not looked at.
  StatusOr<OpenedToken> Open(const CallContext& ctx, std::string_view token);

  // 22 characters: base64url of 16 random bytes.
  std::string NewAuditId();
  const MethodBits& methods() const { return methods_; }

 private:
  KeyRing& ring_;
  const MethodBits methods_;
  IdSource& ids_;
};

}  // namespace tstack::identity::tokens
