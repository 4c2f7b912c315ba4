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
  if (applied_ == 0) started_ = false;
  return applied_;
}

void TokenCache::Apply(const identity::v1::AuthEvent& event) {
  absl::MutexLock lock(&mutex_);
  if (event.seq() < applied_ && options_.flush_on_regress) FlushAll();
  if (!started_) {
    // Older answers cannot be judged.
    started_ = true;
    floor_ = std::max(floor_, event.seq());
  }
  if (!event.beat()) ApplyChange(event);
  applied_ = event.seq();
  if (event.beat()) last_beat_ = clock_.Steady();
  ForgetOwn();
}

void TokenCache::ApplyOwn(const identity::v1::AuthEvent& event) {
  absl::MutexLock lock(&mutex_);
  ForgetOwn();
  for (const identity::v1::Dependency& changed : event.changed()) {
    const bool coarse = changed.kind() == identity::v1::EVERYTHING;
    OwnChange change{clock_.Steady() + options_.own_changes,
                     {changed.kind(), coarse ? std::string() : changed.id()},
                     ++own_count_};
    own_[change.what] = change.number;
    own_order_.push_back(std::move(change));
  }
}

void TokenCache::ForgetOwn() {
  while (!own_order_.empty() && own_order_.front().until <= clock_.Steady()) {
    const auto found = own_.find(own_order_.front().what);
    if (found != own_.end() && found->second == own_order_.front().number) own_.erase(found);
    own_order_.pop_front();
  }
}

bool TokenCache::Overtaken(const std::vector<Dependency>& depends_on, int64_t own_at) const {
  if (own_.empty() || own_at >= own_count_) return false;
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
    if (changed.kind() == identity::v1::EVERYTHING || changed.kind() == identity::v1::UNKNOWN) {
      floor_ = std::max(floor_, event.seq());
    } else {
      Remember({changed.kind(), changed.id()}, event.seq());
    }
  }
}

void TokenCache::Remember(Dependency dependency, int64_t seq) {
  changed_[dependency] = seq;
  changes_.emplace_back(seq, std::move(dependency));
  while (changes_.size() > options_.remembered_changes) {
    const auto& [oldest, which] = changes_.front();
    const auto found = changed_.find(which);
    if (found != changed_.end() && found->second == oldest) changed_.erase(found);
    floor_ = std::max(floor_, oldest);
    changes_.pop_front();
  }
}

void TokenCache::FlushAll() {
  ++generation_;
  started_ = false;  // the other history's earlier changes were never told
  floor_ = applied_ = 0;
  entries_.clear();
  order_.clear();
  changed_.clear();
  changes_.clear();
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
  if (entry->expires <= clock_.Now() || !StillTrue(entry->depends_on, entry->true_at) ||
      Overtaken(entry->depends_on, entry->own_at)) {
    Erase(entry);
    return nullptr;
  }
  // Checked against all that is applied: changes up to here need not be looked at again.
  entry->true_at = std::max(entry->true_at, applied_);
  order_.splice(order_.begin(), order_, entry);
  return entry->auth;
}

bool TokenCache::StillTrue(const std::vector<Dependency>& depends_on, int64_t true_at) const {
  if (true_at >= applied_) return true;
  if (true_at < floor_) return false;
  for (const Dependency& dependency : depends_on) {
    const auto changed = changed_.find(dependency);
    if (changed != changed_.end() && changed->second > true_at) return false;
  }
  return true;
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
      options_.discard_older_answers && !StillTrue(entry.depends_on, answer.auth_seq());
  if (other_history || older || Overtaken(entry.depends_on, ticket.own)) return {nullptr, true};
  if (entry.expires <= clock_.Now()) return {nullptr, false};
  // An answer may be ahead of the changes that came here; it is checked against them all the same.
  entry.true_at = std::min(answer.auth_seq(), applied_);
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
