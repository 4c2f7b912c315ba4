#include "common/changes/change_index.h"

#include <algorithm>

namespace tstack::changes {

void ChangeIndex::Touch(int64_t seq, Subject subject) {
  newest_ = std::max(newest_, seq);
  int64_t& last = changed_[subject];
  last = std::max(last, seq);
  order_.emplace_back(seq, std::move(subject));
  while (order_.size() > remembered_) {
    const auto& [oldest, which] = order_.front();
    const auto found = changed_.find(which);
    if (found != changed_.end() && found->second == oldest) changed_.erase(found);
    floor_ = std::max(floor_, oldest);
    order_.pop_front();
  }
}

void ChangeIndex::TouchAll(int64_t seq) {
  newest_ = std::max(newest_, seq);
  floor_ = std::max(floor_, seq);
}

void ChangeIndex::Advance(int64_t seq) {
  applied_ = seq;
  newest_ = std::max(newest_, seq);
}

void ChangeIndex::Reset() {
  applied_ = newest_ = floor_ = 0;
  changed_.clear();
  order_.clear();
}

bool ChangeIndex::StillTrue(const std::vector<Subject>& depends_on, int64_t read_at) const {
  if (read_at >= newest_) return true;
  if (read_at < floor_) return false;
  return std::none_of(depends_on.begin(), depends_on.end(), [&](const Subject& subject) {
    const auto changed = changed_.find(subject);
    return changed != changed_.end() && changed->second > read_at;
  });
}

}  // namespace tstack::changes
