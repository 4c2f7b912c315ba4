// Password hashing: bcrypt "$2b$" strings as keystone stores them.
#pragma once

#include <string>
#include <string_view>

#include "common/context/call_context.h"
#include "common/status/status.h"

namespace tstack::identity::passwords {

// Thread-safe. Every call costs one hash (~0.2 CPU-s at cost 12) on a small pool of its own and
// blocks until it is done, ctx.deadline passes (kDeadlineExceeded) or ctx.stop is requested
// (kCancelled). kUnavailable with reason LOGIN_OVERLOADED and a retry time if too many wait
// already.
class Hasher {
 public:
  virtual ~Hasher() = default;
  // kInvalidArgument with reason PASSWORD_TOO_LONG above 72 bytes (bcrypt would ignore the rest),
  // PASSWORD_INVALID for a NUL byte.
  virtual StatusOr<std::string> Hash(const CallContext& ctx, std::string_view password) = 0;
  // True if it matches. A malformed stored hash matches nothing and costs as much. As keystone
  // does, only the first 72 bytes count here: hashes that keystone made of longer passwords keep
  // working.
  virtual StatusOr<bool> Verify(const CallContext& ctx, std::string_view password,
                                std::string_view hash) = 0;
  // As Verify against a hash that nothing matches: what an unknown user costs.
  virtual Status VerifyNothing(const CallContext& ctx, std::string_view password) = 0;
  // Whether Hash would write this hash in another way today: another cost or kind. Costs nothing.
  virtual bool Outdated(std::string_view hash) const = 0;
};

}  // namespace tstack::identity::passwords
