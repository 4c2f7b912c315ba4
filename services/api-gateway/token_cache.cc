#include "services/api-gateway/token_cache.h"

#include <algorithm>

#include "common/crypto/crypto.h"

namespace tstack::gateway {

std::string TokenKey(std::string_view token, absl::Duration expired_grace) {
  std::string key = crypto::Sha256(token);
  key.push_back(expired_grace > absl::ZeroDuration() ? 'g' : 'n');
  return key;
}

// ------------------------------------------------------------------------------------ the watcher

int64_t TokenCache::BeginStream() {
  absl::MutexLock lock(&mutex_);
  // 0 starts at the newest change: what happened before is not told, see Apply.
  if (index_.applied() == 0) started_ = false;
  return index_.applied();
}

void TokenCache::Apply(const identity::v1::AuthEvent& event) {
  absl::MutexLock lock(&mutex_);
  const bool other_past = event.seq() < index_.applied() || event.history() != history_;
  if (other_past && options_.flush_on_regress) FlushAll();
  history_ = event.history();
  if (!started_) {
    // Older answers cannot be judged.
    started_ = true;
    index_.TouchAll(event.seq());
  }
  if (!event.beat()) ApplyChange(event);
  index_.Advance(event.seq());
  if (event.beat()) last_beat_ = clock_.Steady();
  ForgetOwn();
}

void TokenCache::ApplyOwn(const common::v1::AuthChanges& changes) {
  absl::MutexLock lock(&mutex_);
  ForgetOwn();
  const absl::Duration until = clock_.Steady() + options_.own_changes;
  for (const common::v1::AuthChanges::Change& changed : changes.changed()) {
    const bool coarse = changed.kind() == identity::v1::EVERYTHING;
    OwnChange change{until, {changed.kind(), coarse ? std::string() : changed.id()}, ++own_count_};
    own_[change.what] = change.number;
    own_order_.push_back(std::move(change));
  }
  if (changes.seq() < own_seq_ && clock_.Steady() < own_seq_until_) return;
  own_seq_ = changes.seq();
  own_seq_until_ = until;
}

int64_t TokenCache::NewestSeq() const {
  absl::MutexLock lock(&mutex_);
  // A number that was told counts as long as some identity may answer from a cache that has not
  // heard of it, and no longer: in a database that was restored it may never come again.
  return clock_.Steady() < own_seq_until_ ? std::max(index_.applied(), own_seq_) : index_.applied();
}

void TokenCache::ForgetOwn() {
  while (!own_order_.empty() && own_order_.front().until <= clock_.Steady()) {
    const auto found = own_.find(own_order_.front().what);
    if (found != own_.end() && found->second == own_order_.front().number) own_.erase(found);
    own_order_.pop_front();
  }
}

bool TokenCache::Overtaken(const std::vector<Dependency>& depends_on, int64_t own_at) const {
  if (own_.empty() || own_at >= own_count_ || !options_.heed_own_changes) return false;
  const auto changed = [&](const Dependency& dependency) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = own_.find(dependency);
    return found != own_.end() && found->second > own_at;
  };
  if (changed({identity::v1::EVERYTHING, ""})) return true;
  for (const Dependency& dependency : depends_on)
    if (changed(dependency)) return true;
  return false;
}

void TokenCache::ApplyChange(const identity::v1::AuthEvent& event) {
  for (const identity::v1::Dependency& changed : event.changed()) {
    const bool coarse =
        changed.kind() == identity::v1::EVERYTHING || changed.kind() == identity::v1::UNKNOWN;
    if (coarse) index_.TouchAll(event.seq());
    if (!coarse) index_.Touch(event.seq(), {changed.kind(), changed.id()});
  }
}

void TokenCache::FlushAll() {
  ++generation_;
  started_ = false;  // the other history's earlier changes were never told
  index_.Reset();
  entries_.clear();
  order_.clear();
}

bool TokenCache::Usable() const {
  absl::MutexLock lock(&mutex_);
  return UsableLocked();
}

bool TokenCache::UsableLocked() const {
  if (!options_.require_beat) return true;
  return clock_.Steady() - last_beat_ <= options_.beat_limit;
}

// ----------------------------------------------------------------------------------- the requests

SharedAuth TokenCache::Find(const std::string& key) {
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || !UsableLocked()) return nullptr;
  const Order::iterator entry = found->second;
  if (Expired(*entry) || !index_.StillTrue(entry->depends_on, entry->true_at) ||
      Overtaken(entry->depends_on, entry->own_at)) {
    Erase(entry);
    return nullptr;
  }
  // Checked against all that is applied: changes up to here need not be looked at again.
  entry->true_at = std::max(entry->true_at, index_.applied());
  order_.splice(order_.begin(), order_, entry);
  return entry->auth;
}

TokenCache::Ticket TokenCache::Begin() const {
  absl::MutexLock lock(&mutex_);
  return {generation_, own_count_};
}

TokenCache::Verdict TokenCache::Offer(const std::string& key, const Ticket& ticket,
                                      absl::Duration expired_grace,
                                      const identity::v1::AuthenticateResponse& answer) {
  Entry entry;
  entry.key = key;
  entry.auth = std::make_shared<const common::v1::AuthContext>(answer.context());
  entry.expires = absl::FromUnixSeconds(answer.context().expires_at_unix()) + expired_grace;
  for (const identity::v1::Dependency& dependency : answer.depends_on())
    entry.depends_on.emplace_back(dependency.kind(), dependency.id());
  absl::MutexLock lock(&mutex_);
  const bool other_history = options_.flush_on_regress && ticket.generation != generation_;
  const bool older =
      options_.discard_older_answers && !index_.StillTrue(entry.depends_on, answer.auth_seq());
  if (other_history || older || Overtaken(entry.depends_on, ticket.own)) return {nullptr, true};
  if (Expired(entry)) return {nullptr, false};
  // An answer may be ahead of the changes that came here; it is checked against them all the same.
  entry.true_at = std::min(answer.auth_seq(), index_.applied());
  entry.own_at = ticket.own;
  SharedAuth auth = entry.auth;
  Keep(std::move(entry));
  return {std::move(auth), false};
}

void TokenCache::Keep(Entry entry) {
  if (const auto old = entries_.find(entry.key); old != entries_.end()) Erase(old->second);
  order_.push_front(std::move(entry));
  entries_[order_.front().key] = order_.begin();
  while (entries_.size() > options_.capacity) Erase(std::prev(order_.end()));
}

void TokenCache::Erase(Order::iterator entry) {
  entries_.erase(entry->key);
  order_.erase(entry);
}

size_t TokenCache::size() const {
  absl::MutexLock lock(&mutex_);
  return entries_.size();
}

}  // namespace tstack::gateway
