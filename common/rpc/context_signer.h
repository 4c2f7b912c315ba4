// User contexts that only a gateway can make and every service can check, over audience, method,
// hash of the request and expiry (common.v1.SignedUserContext). The gateway's Ed25519 key signs a
// grant now and then, the grant's key each context.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/rpc/channel.h"
#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::rpc {

inline constexpr absl::Duration kContextLifetime = absl::Seconds(30);
inline constexpr absl::Duration kContextSkew = absl::Seconds(5);

// Thread-safe; remembers its grants, so one serves all channels. Expires contexts 30 s after
// signing.
class Ed25519ContextSigner final : public ContextSigner {
 public:
  // `private_key_file`: PEM (PKCS#8), readable by the owner only. `key_id` is the stem of the
  // public key's file.
  static StatusOr<std::unique_ptr<Ed25519ContextSigner>> Load(const std::string& private_key_file,
                                                              const std::string& key_id,
                                                              const Clock& clock);
  ~Ed25519ContextSigner() override;
  std::string Sign(const common::v1::AuthContext& auth, std::string_view audience,
                   std::string_view method, std::string_view request_bytes) const override;

 private:
  struct Key;
  Ed25519ContextSigner(std::unique_ptr<Key> key, std::string key_id, const Clock& clock);
  const std::unique_ptr<Key> key_;
  const std::string key_id_;
  const Clock& clock_;
};

// Thread-safe. Reads `<key id>.pem` of the folder when a key id is first seen; a changed or removed
// file counts within 5 s.
class ContextVerifier {
 public:
  ContextVerifier(std::string keys_dir, std::string audience, const Clock& clock);
  ~ContextVerifier();
  // kUnauthenticated: reason CONTEXT_INVALID (unparsable, wrong key, signature, audience, method or
  // request), CONTEXT_EXPIRED.
  StatusOr<common::v1::AuthContext> Verify(std::string_view signed_context, std::string_view method,
                                           std::string_view request_bytes);

 private:
  struct Key;
  StatusOr<std::shared_ptr<const Key>> FindKey(const std::string& key_id);

  const std::string keys_dir_;
  const std::string audience_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const Key>> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tstack::rpc
