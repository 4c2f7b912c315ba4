#include "common/db/nodes.h"

#include <algorithm>
#include <utility>

namespace tstack::db {
namespace {

constexpr absl::Duration kFirstBackOff = absl::Milliseconds(50);
constexpr absl::Duration kLongestBackOff = absl::Seconds(1);
// Processes come back to the first node at different moments: a look each fail-back interval (2 s)
// and a back-off of at most a second, several times over.
constexpr absl::Duration kOverlap = absl::Seconds(10);

absl::Duration BackOff(int failures) {
  return std::min(kLongestBackOff, kFirstBackOff * (int64_t{1} << std::min(failures - 1, 10)));
}

}  // namespace

Nodes::Nodes(std::vector<Node> nodes) {
  for (Node& node : nodes) states_.push_back({.node = std::move(node)});
}

std::vector<size_t> Nodes::Candidates(bool wanted, absl::Duration now) const {
  std::vector<size_t> order;
  if (wanted) order.push_back(active_);
  const size_t end = wanted ? states_.size() : active_;
  for (size_t node = 0; node < end; ++node) {
    if (node != active_) order.push_back(node);
  }
  std::erase_if(order, [&](size_t node) { return states_[node].retry_at > now; });
  return order;
}

absl::Duration Nodes::NextTry(bool wanted, absl::Duration fail_back_at) const {
  absl::Duration next = absl::InfiniteDuration();
  for (size_t node = 0; node < states_.size(); ++node) {
    const absl::Duration retry_at = states_[node].retry_at;
    if (wanted) next = std::min(next, retry_at);
    if (node < active_) next = std::min(next, std::max(retry_at, fail_back_at));
  }
  return next;
}

bool Nodes::Used(size_t node, absl::Duration now) {
  State& state = states_[node];
  const bool first = active_since_ == absl::InfiniteDuration();
  const bool moved = std::exchange(active_, node) != node;
  if (moved || first) active_since_ = now;
  state.retry_at = absl::ZeroDuration();
  return std::exchange(state.failures, 0) > 0 || moved;
}

bool Nodes::Failed(size_t node, absl::Duration now) {
  State& state = states_[node];
  // Where the others write meanwhile is not known.
  if (node == active_) active_since_ = absl::InfiniteDuration();
  state.retry_at = now + BackOff(++state.failures);
  return state.failures == 1;
}

bool Nodes::AllFailed() const {
  return std::none_of(states_.begin(), states_.end(),
                      [](const State& state) { return state.failures == 0; });
}

bool Nodes::Settled(absl::Duration now) const {
  return active_ == 0 && now - active_since_ >= kOverlap;
}

}  // namespace tstack::db
