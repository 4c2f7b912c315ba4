// Whether something that this process has read about authority may be used without asking the
// database again (docs/adr/0007). The rules, each of which the property test breaks if it is left
// out:
//  - Only while a look at the database that began within the last second has succeeded.
//  - Only if every change up to the newest that the caller has seen was looked at.
//  - Not if something that it depends on changed since, be it seen by a look or made by a call that
//    this process has answered.
//  - Not if the numbering of changes went back or got another name: the database was replaced.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/changes/change_index.h"
#include "common/time/clock.h"
#include "services/identity/auth/change_feed.h"
#include "tstack/common/v1/context.pb.h"
#include "tstack/identity/v1/authority.pb.h"

namespace tstack::identity::auth {

struct TrackerRules {
  size_t remembered_changes = 16'384;
  absl::Duration fresh_for = absl::Seconds(1);
  // Switched off only by the property test, to prove that it would notice.
  bool need_fresh_look = true;
  bool honour_min_seq = true;
  bool heed_changes = true;
  bool heed_own_changes = true;
  bool notice_other_past = true;
};

// What a read depends on. The catalog is one thing, whatever changes in it.
changes::Subject SubjectOf(int kind, const std::string& id);

// Not thread-safe.
class ChangeTracker {
 public:
  ChangeTracker(const TrackerRules& rules, const Clock& clock)
      : rules_(rules), clock_(clock), index_(rules.remembered_changes) {}

  void Apply(const Look& look);
  // Committed by a call of this process: known before a look shows it.
  void ApplyOwn(const common::v1::AuthChanges& changes);

  // `min_seq`: the newest change that the caller has seen.
  bool Usable(int64_t min_seq) const;
  // A database that is behind the caller's number is no reason to refuse: only to look again.
  bool Behind(int64_t min_seq) const { return index_.applied() < min_seq; }
  bool StillTrue(const std::vector<changes::Subject>& depends_on, int64_t read_at) const {
    return index_.StillTrue(depends_on, read_at);
  }
  int64_t applied() const { return index_.applied(); }
  // Grows when all that was read must be thrown away, also what is being read right now.
  int64_t generation() const { return generation_; }

 private:
  void ApplyChanges(const ChangeBatch& batch);

  const TrackerRules rules_;
  const Clock& clock_;
  changes::ChangeIndex index_;
  std::string history_;
  bool started_ = false;
  int64_t generation_ = 0;
  absl::Duration last_look_ = -absl::InfiniteDuration();
};

}  // namespace tstack::identity::auth
