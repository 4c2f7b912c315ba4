// The token keys that this process knows, kept fresh.
#pragma once

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/time/clock.h"
#include "services/identity/tokens/key_store.h"

namespace tstack::identity::tokens {

struct KeyRingOptions {
  absl::Duration refresh = absl::Seconds(10);
  absl::Duration lifetime =
      absl::Hours(24);  // age at which the primary is replaced; ≤ 0: only by hand
  int max_active_keys = 6;
};

// Thread-safe.
class KeyRing {
 public:
  KeyRing(KeyStore& store, const Clock& clock, const KeyRingOptions& options)
      : store_(store), clock_(clock), options_(options) {}

  // What was read last; reads once if nothing was. Errors of KeyStore::Load.
  StatusOr<std::shared_ptr<const KeySet>> Current(const CallContext& ctx);

  // Reads the keys again. On an error the old ones stay in use.
  Status Refresh(const CallContext& ctx);

  // For a token that no known key opens: it may come from a peer with newer keys. Reads at most
  // once a second and tells whether the set changed.
  bool RefreshForUnknown(const CallContext& ctx);

  // Replaces the primary key now. The staged key must be older than two refreshes: see
  // KeyStore::Rotate.
  Status Rotate(const CallContext& ctx);

  // One round of the background work: refresh, and rotate if the primary is too old. Never fails;
  // faults are logged.
  void Tick(const CallContext& ctx);

  absl::Duration refresh() const { return options_.refresh; }

 private:
  std::shared_ptr<const KeySet> Last() const;

  KeyStore& store_;
  const Clock& clock_;
  const KeyRingOptions options_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const KeySet> set_ ABSL_GUARDED_BY(mutex_);
  absl::Duration last_miss_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
};

}  // namespace tstack::identity::tokens
