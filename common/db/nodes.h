// What is known of the nodes of one pool: which one is in use, which failed, when to try again.
// Internal to this folder. Not thread-safe; times are of the steady clock.
#pragma once

#include <vector>

#include "absl/time/time.h"

#include "common/db/node.h"

namespace tstack::db {

class Nodes {
 public:
  explicit Nodes(std::vector<Node> nodes);

  const Node& at(size_t node) const { return states_[node].node; }
  size_t active() const { return active_; }

  // Which nodes to try now. For a wanted connection: the active one, then the others in order. For
  // fail-back: those preferred to the active one.
  std::vector<size_t> Candidates(bool wanted, absl::Duration now) const;
  // When there may be a candidate again; infinite if nothing is to be tried.
  absl::Duration NextTry(bool wanted, absl::Duration fail_back_at) const;

  // Both: true if it is news. Used makes the node the active one.
  bool Used(size_t node, absl::Duration now);
  bool Failed(size_t node, absl::Duration now);
  bool AllFailed() const;

  // True if what other processes wrote is most likely at the active node: it is the first one, and
  // has been in use for so long that they have come back to it as well. They may be at another node
  // meanwhile.
  bool Settled(absl::Duration now) const;

 private:
  struct State {
    Node node;
    int failures = 0;
    absl::Duration retry_at = absl::ZeroDuration();
  };

  std::vector<State> states_;
  size_t active_ = 0;
  absl::Duration active_since_ = absl::InfiniteDuration();
};

}  // namespace tstack::db
