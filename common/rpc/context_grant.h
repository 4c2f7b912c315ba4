// The grants behind user contexts: an Ed25519 signature now and then, a MAC for each call
// (docs/adr/0006). Both classes are thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/ids/ids.h"
#include "common/rpc/ed25519.h"
#include "common/status/status.h"
#include "common/time/clock.h"
#include "tstack/common/v1/context.pb.h"

namespace tstack::rpc {

// A grant is used for half of this and accepted for all of it.
inline constexpr absl::Duration kGrantLifetime = absl::Minutes(5);

struct Grant {
  std::string bytes;      // serialized SigningGrant
  std::string signature;  // Ed25519
  std::string mac_key;
  absl::Time renew_at;
};

// The gateway's side: one grant an audience, renewed in time.
class GrantMaker {
 public:
  GrantMaker(std::unique_ptr<Ed25519Key> key, IdSource& ids, const Clock& clock)
      : key_(std::move(key)), ids_(ids), clock_(clock) {}
  std::shared_ptr<const Grant> For(std::string_view audience);

 private:
  const std::unique_ptr<Ed25519Key> key_;
  IdSource& ids_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const Grant>, std::less<>> grants_ ABSL_GUARDED_BY(mutex_);
};

// A service's side: the grants of one gateway key, each checked once.
class GrantChecker {
 public:
  GrantChecker(std::unique_ptr<Ed25519Key> key, const Clock& clock)
      : key_(std::move(key)), clock_(clock) {}
  // The grant's MAC key. kUnauthenticated: CONTEXT_INVALID, or CONTEXT_EXPIRED.
  StatusOr<std::string> Check(const common::v1::SignedUserContext& context,
                              std::string_view audience);

 private:
  struct Accepted {
    std::string mac_key;
    absl::Time expires;
  };
  StatusOr<Accepted> Verify(const common::v1::SignedUserContext& context, std::string_view audience,
                            absl::Time now) const;
  void Remember(std::string id, const Accepted& accepted, absl::Time now);

  const std::unique_ptr<Ed25519Key> key_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, Accepted, std::less<>> accepted_
      ABSL_GUARDED_BY(mutex_);  // by bytes and signature
};

// kUnauthenticated with reason CONTEXT_INVALID.
Status InvalidContext(const std::string& why);

}  // namespace tstack::rpc
