// Keys in memory, shared by as many key rings as a test wants. For tests.
#pragma once

#include <algorithm>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/ids/fake_ids.h"
#include "common/time/clock.h"
#include "services/identity/tokens/fernet.h"
#include "services/identity/tokens/key_store.h"

namespace tstack::identity::tokens {

// Thread-safe. `down` makes every call fail as an unreachable database does.
class FakeKeyStore final : public KeyStore {
 public:
  explicit FakeKeyStore(const Clock& clock) : clock_(clock) {}

  void SetDown(bool down) {
    absl::MutexLock lock(&mutex_);
    down_ = down;
  }
  int loads() const {
    absl::MutexLock lock(&mutex_);
    return loads_;
  }

  StatusOr<KeySet> Load(const CallContext&) override {
    absl::MutexLock lock(&mutex_);
    ++loads_;
    RETURN_IF_ERROR(CheckUp());
    if (rows_.empty())
      return Error(StatusCode::kFailedPrecondition, "TOKEN_KEYS_MISSING", "no keys");
    KeySet set{generation_, {}};
    for (const Row& row : rows_) {
      set.keys.push_back(
          {row.id, row.state, crypto::SecretBytes(row.bytes), clock_.Now() - row.created,
           row.signs_from == absl::InfiniteFuture() ? absl::ZeroDuration()
                                                    : clock_.Now() - row.signs_from});
    }
    std::ranges::sort(set.keys, [](const TokenKey& a, const TokenKey& b) {
      return std::pair(a.state != "primary", -a.id) < std::pair(b.state != "primary", -b.id);
    });
    return set;
  }

  Status EnsureKeys(const CallContext&) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    if (!rows_.empty()) return absl::OkStatus();
    rows_.push_back({1, "primary", ids_.RandomBytes(kFernetKeySize), clock_.Now(), clock_.Now()});
    rows_.push_back(
        {2, "staged", ids_.RandomBytes(kFernetKeySize), clock_.Now(), absl::InfiniteFuture()});
    return absl::OkStatus();
  }

  Status Rotate(const CallContext&, int64_t generation, const RotationRules& rules) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    if (generation != generation_)
      return Error(StatusCode::kAborted, "TOKEN_KEYS_CHANGED", "rotated meanwhile");
    Row* staged = Find("staged");
    if (clock_.Now() - staged->created < rules.staged_at_least) {
      return Error(StatusCode::kFailedPrecondition, "TOKEN_KEY_TOO_YOUNG", "too young");
    }
    ++generation_;
    Find("primary")->state = "secondary";
    staged->state = "primary";
    staged->signs_from = clock_.Now();
    const int64_t next = rows_.back().id + 1;
    rows_.push_back(
        {next, "staged", ids_.RandomBytes(kFernetKeySize), clock_.Now(), absl::InfiniteFuture()});
    while (rows_.size() > static_cast<size_t>(rules.max_active_keys)) rows_.erase(rows_.begin());
    return absl::OkStatus();
  }

 private:
  struct Row {
    int64_t id;
    std::string state;
    std::string bytes;
    absl::Time created;
    absl::Time signs_from;
  };
  Status CheckUp() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return down_ ? Error(StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", "down")
                 : absl::OkStatus();
  }
  Row* Find(std::string_view state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return &*std::ranges::find_if(rows_, [&](const Row& row) { return row.state == state; });
  }

  const Clock& clock_;
  mutable absl::Mutex mutex_;
  FakeIds ids_ ABSL_GUARDED_BY(mutex_);
  std::vector<Row> rows_ ABSL_GUARDED_BY(mutex_);
  int64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
  int loads_ ABSL_GUARDED_BY(mutex_) = 0;
  bool down_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tstack::identity::tokens
