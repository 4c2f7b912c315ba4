#include "services/identity/auth/change_tracker.h"

#include <algorithm>

namespace tstack::identity::auth {
namespace {

bool IsCoarse(int kind) { return kind == v1::EVERYTHING || kind == v1::UNKNOWN; }

}  // namespace

changes::Subject SubjectOf(int kind, const std::string& id) {
  return {kind, kind == v1::CATALOG ? std::string() : id};
}

void ChangeTracker::Apply(const Look& look) {
  const ChangeBatch& batch = look.batch;
  const bool other_past = started_ && (batch.head < index_.applied() || batch.history != history_);
  if (other_past && rules_.notice_other_past) {
    ++generation_;
    index_.Reset();
    started_ = false;
  }
  history_ = batch.history;
  if (!started_) {
    // What happened before was never told. Usable from the next look on.
    started_ = true;
    index_.TouchAll(batch.head);
    index_.Advance(batch.head);
    last_look_ = -absl::InfiniteDuration();
    return;
  }
  ApplyChanges(batch);
  if (!batch.more) last_look_ = std::max(last_look_, look.began);
}

void ChangeTracker::ApplyChanges(const ChangeBatch& batch) {
  int64_t seen = index_.applied();
  for (const Change& change : batch.changes) {
    if (change.seq > seen + 1) index_.TouchAll(change.seq - 1);  // the rows between were purged
    seen = std::max(seen, change.seq);
    if (!rules_.heed_changes) continue;
    if (IsCoarse(change.what.kind())) index_.TouchAll(change.seq);
    index_.Touch(change.seq, SubjectOf(change.what.kind(), change.what.id()));
  }
  if (!batch.more && seen < batch.head) index_.TouchAll(batch.head);
  index_.Advance(batch.more ? seen : batch.head);
}

void ChangeTracker::ApplyOwn(const common::v1::AuthChanges& changes) {
  if (!rules_.heed_own_changes) return;
  for (const common::v1::AuthChanges::Change& change : changes.changed()) {
    if (IsCoarse(change.kind())) index_.TouchAll(changes.seq());
    index_.Touch(changes.seq(), SubjectOf(change.kind(), change.id()));
  }
}

bool ChangeTracker::Usable(int64_t min_seq) const {
  const bool fresh = clock_.Steady() - last_look_ <= rules_.fresh_for;
  if (rules_.need_fresh_look && !fresh) return false;
  return started_ && (!rules_.honour_min_seq || !Behind(min_seq));
}

}  // namespace tstack::identity::auth
