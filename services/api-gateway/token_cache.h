// What identity has said about tokens, kept only as long as it is known to be true.
//
// The rules (docs: README.md "Tokens"), each of which the property test breaks if it is left out:
//  - A change that is applied makes every answer that depends on it and is older unusable: those
//    that are cached, and those that are still on their way (Offer says kStale: ask again).
//  - Without a beat for a second nothing cached is usable.
//  - If the numbering of changes goes back or gets another name (identity's database was restored),
//    nothing said before is usable.
//  - What a call through this gateway changed counts at once, before its number comes by the
//  stream.
//  - A token's expiry is judged by the clock, not by identity.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/changes/change_index.h"
#include "common/time/clock.h"
#include "tstack/common/v1/context.pb.h"
#include "tstack/identity/v1/authority.pb.h"

namespace tstack::gateway {

using SharedAuth = std::shared_ptr<const common::v1::AuthContext>;

// SHA-256 of the token: a dump of this process's memory holds no usable token for long.
// `expired_grace`: answers that also hold after the token's expiry are kept apart.
std::string TokenKey(std::string_view token, absl::Duration expired_grace);

struct TokenCacheOptions {
  size_t capacity = 20'000;
  size_t remembered_changes = 65'536;  // beyond, older answers on their way are asked again
  absl::Duration beat_limit = absl::Seconds(1);
  // How long a change that was told with an answer counts by itself: longer than a question is on
  // its way and than the stream may lag.
  absl::Duration own_changes = absl::Seconds(5);
  // Switched off only by the property test, to prove that it would notice.
  bool discard_older_answers = true;
  bool require_beat = true;
  bool flush_on_regress = true;
  bool heed_own_changes = true;
  bool judge_expiry = true;
};

// Thread-safe; nothing blocks.
class TokenCache {
 public:
  TokenCache(const TokenCacheOptions& options, const Clock& clock)
      : options_(options), clock_(clock), index_(options.remembered_changes) {}

  // ------------------------------------------------------------------ the watcher's side
  // A new stream begins: returns the last change that was applied, after which it must start.
  int64_t BeginStream();
  void Apply(const identity::v1::AuthEvent& event);
  // Changes that identity told with the answer to a call, committed but perhaps not yet streamed:
  // what was asked before depends on them in vain.
  void ApplyOwn(const common::v1::AuthChanges& changes);
  // The newest change that was heard of, streamed or told. What is asked from here on must have
  // been read after it.
  int64_t NewestSeq() const;
  // A beat has come within the last second.
  bool Usable() const;

  // ------------------------------------------------------------------ the requests' side
  // Null if nothing usable is known.
  SharedAuth Find(const std::string& key);

  // Taken before identity is asked.
  struct Ticket {
    int64_t generation = 0;
    int64_t own = 0;
  };
  Ticket Begin() const;
  struct Verdict {
    SharedAuth auth;     // may be used now, and is kept; null: must not be used
    bool stale = false;  // older than what is known meanwhile: ask again
  };
  Verdict Offer(const std::string& key, const Ticket& ticket, absl::Duration expired_grace,
                const identity::v1::AuthenticateResponse& answer);

  size_t size() const;

 private:
  using Dependency = changes::Subject;
  struct Entry {
    std::string key;
    SharedAuth auth;
    std::vector<Dependency> depends_on;
    int64_t true_at = 0;  // newest change against which it was checked
    int64_t own_at = 0;   // own changes before identity was asked
    absl::Time expires;
  };
  using Order = std::list<Entry>;  // most recently used first

  bool UsableLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // One of these changed by a call after own change number `own_at`.
  bool Overtaken(const std::vector<Dependency>& depends_on, int64_t own_at) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetOwn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Expired(const Entry& entry) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return options_.judge_expiry && entry.expires <= clock_.Now();
  }
  void ApplyChange(const identity::v1::AuthEvent& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FlushAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Erase(Order::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(Entry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const TokenCacheOptions options_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Order::iterator> entries_ ABSL_GUARDED_BY(mutex_);

  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
  changes::ChangeIndex index_ ABSL_GUARDED_BY(mutex_);
  std::string history_ ABSL_GUARDED_BY(mutex_);  // which numbering; "": not told
  absl::Duration last_beat_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();

  struct OwnChange {
    absl::Duration until;
    Dependency what;
    int64_t number = 0;
  };
  int64_t own_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t own_seq_ ABSL_GUARDED_BY(mutex_) = 0;  // the newest that was told
  absl::Duration own_seq_until_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  absl::flat_hash_map<Dependency, int64_t> own_ ABSL_GUARDED_BY(mutex_);  // number of the last one
  std::deque<OwnChange> own_order_ ABSL_GUARDED_BY(mutex_);               // oldest first
};

}  // namespace tstack::gateway
