// A Directory that answers Load() and Catalog() from what it has read before, as long as that is
// known to be true (change_tracker.h, docs/adr/0007). Everything else goes through.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

#include "services/identity/auth/change_tracker.h"
#include "services/identity/auth/directory.h"

namespace tstack::identity::auth {

struct DirectoryCacheOptions {
  size_t capacity = 8192;  // bearers, about 1.5 KiB each
  TrackerRules rules;
  // Switched off only by the property test: what was read while the database was replaced is not
  // kept.
  bool refuse_reads_of_other_past = true;
};

// Thread-safe. Keeps only what lets somebody do something: refusals are read anew each time.
class CachedDirectory final : public Directory {
 public:
  // `look_again` (may be null) runs when a caller has seen a change that this process has not.
  CachedDirectory(Directory& source, const Clock& clock, const DirectoryCacheOptions& options,
                  std::function<void()> look_again = nullptr)
      : source_(source),
        options_(options),
        look_again_(std::move(look_again)),
        tracker_(options.rules, clock) {}

  // The change feed looked at the database.
  void Apply(const Look& look);
  // A call of this process committed these, and its answer has not left yet.
  void ApplyOwn(const common::v1::AuthChanges& changes);

  StatusOr<std::optional<Account>> FindAccount(const CallContext& ctx,
                                               const OwnedRef& user) override {
    return source_.FindAccount(ctx, user);
  }
  StatusOr<std::optional<Bearer>> Load(const CallContext& ctx, const BearerQuery& query) override;
  StatusOr<SharedCatalog> Catalog(const CallContext& ctx) override;
  Status RecordFailure(const CallContext& ctx, std::string_view user_id) override {
    return source_.RecordFailure(ctx, user_id);
  }
  StatusOr<bool> ClearFailures(const CallContext& ctx, std::string_view user_id) override {
    return source_.ClearFailures(ctx, user_id);
  }
  Status ReplaceHash(const CallContext& ctx, std::string_view user_id, std::string_view expected,
                     std::string_view hash) override {
    return source_.ReplaceHash(ctx, user_id, expected, hash);
  }
  Status RevokeToken(const CallContext& ctx, std::string_view audit_id, bool chain,
                     absl::Time until) override {
    return source_.RevokeToken(ctx, audit_id, chain, until);
  }

  size_t size() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Bearer> bearer;
    std::vector<changes::Subject> depends_on;
    int64_t true_at = 0;  // newest change against which it was checked
  };
  using Order = std::list<Entry>;  // most recently used first

  bool Usable(const CallContext& ctx) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Null if nothing usable is known; else with the place up to which it is true.
  std::shared_ptr<const Bearer> Find(const CallContext& ctx, const std::string& key,
                                     int64_t& true_at) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(const BearerQuery& query, const std::string& key, const Bearer& bearer,
            int64_t generation) ABSL_LOCKS_EXCLUDED(mutex_);
  bool MayKeep(int64_t generation) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Erase(Order::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Directory& source_;
  const DirectoryCacheOptions options_;
  const std::function<void()> look_again_;
  mutable absl::Mutex mutex_;
  ChangeTracker tracker_ ABSL_GUARDED_BY(mutex_);
  Order order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Order::iterator> entries_ ABSL_GUARDED_BY(mutex_);
  SharedCatalog catalog_ ABSL_GUARDED_BY(mutex_);  // null: not known
  int64_t catalog_true_at_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tstack::identity::auth
