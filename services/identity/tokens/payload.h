// What a Fernet token says, in the byte layout of keystone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status.h"

namespace tstack::identity::tokens {

// What a token gives access to.
struct Scope {
  enum class Kind { kUnscoped, kProject, kDomain, kSystem };
  Kind kind = Kind::kUnscoped;
  std::string id;  // of the project or domain; "all" for the system; "" unscoped
  bool operator==(const Scope&) const = default;
};

struct Payload {
  std::string user_id;
  std::vector<std::string> methods;
  Scope scope;
  absl::Time expires_at;  // whole seconds
  std::vector<std::string>
      audit_ids;  // base64url of 16 bytes; own, then the chain's first if that is another
};

// The configured auth methods; the n-th has bit n. At most 32.
class MethodBits {
 public:
  explicit MethodBits(std::vector<std::string> names) : names_(std::move(names)) {}
  // keystone's own default order.
  static MethodBits Default();
  // Unknown names have no bit.
  int64_t Encode(const std::vector<std::string>& methods) const;
  // Highest bit first, as keystone lists them.
  std::vector<std::string> Decode(int64_t bits) const;

 private:
  std::vector<std::string> names_;
};

std::string EncodePayload(const Payload& payload, const MethodBits& methods);

// kInvalidArgument for bytes that are no payload, or one of a kind that is not offered (trusts,
// federation, OAuth).
StatusOr<Payload> DecodePayload(std::string_view bytes, const MethodBits& methods);

}  // namespace tstack::identity::tokens
