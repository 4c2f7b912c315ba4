// The part of Pool that opens connections.
#include <algorithm>
#include <optional>
#include <utility>

#include "common/db/pool.h"
#include "common/log/log.h"

namespace tstack::db {
namespace {

constexpr absl::Duration kConnectPatience = absl::Seconds(2);

}  // namespace

void Pool::OpenConnections() {
  while (true) {
    std::vector<size_t> candidates;
    {
      absl::MutexLock lock(&mutex_);
      while (!stopping_) {
        const absl::Duration now = clock_.Steady();
        candidates = Candidates(now);
        if (!candidates.empty()) break;
        wanted_.WaitWithTimeout(&mutex_, NextWake(now));
      }
      if (stopping_) return;
      probe_ = other_kind_ = false;
      fail_back_at_ = clock_.Steady() + options_.fail_back_interval;
    }
    TryNodes(candidates);
  }
}

// Changing a session costs a round trip, and one more to change it back: better have one of each
// kind.
void Pool::WishForOtherKind() {
  if (other_kind_ || !MayGrow()) return;
  other_kind_ = true;
  wanted_.Signal();
}

bool Pool::MayGrow() const {
  return static_cast<int>(LentOut() + idle_.size()) < options_.pool_size;
}

bool Pool::WantsConnection() const {
  // Until a node is back, wanted or not.
  if (outage_since_ != absl::InfiniteDuration()) return true;
  return MayGrow() && (probe_ || other_kind_ || waiting_ > static_cast<int>(idle_.size()));
}

std::vector<size_t> Pool::Candidates(absl::Duration now) const {
  const bool wanted = WantsConnection();
  if (!wanted && now < fail_back_at_) return {};
  return nodes_.Candidates(wanted, now);
}

absl::Duration Pool::NextWake(absl::Duration now) const {
  const absl::Duration wake = nodes_.NextTry(WantsConnection(), fail_back_at_) - now;
  return std::clamp(wake, absl::Milliseconds(1), absl::Minutes(1));
}

void Pool::TryNodes(const std::vector<size_t>& candidates) {
  for (const size_t index : candidates) {
    std::optional<Node> node;
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) break;
      node = nodes_.at(index);
    }
    StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(*node, options_, Session::kAutocommit, kConnectPatience);
    const Status health = connection.ok() ? (*connection)->CheckNode() : connection.status();
    if (health.ok()) return Opened(index, *std::move(connection));
    Failed(index, health);
  }
}

void Pool::Opened(size_t node, std::unique_ptr<Connection> connection) {
  std::vector<Idle> closing;
  bool news = false;
  std::string name;
  {
    absl::MutexLock lock(&mutex_);
    name = nodes_.at(node).name;
    news = nodes_.Used(node, clock_.Steady());
    outage_since_ = absl::InfiniteDuration();
    closing = TakeIdle(node, true);
    idle_.push_back({std::move(connection), node});
    returned_.SignalAll();
  }
  if (news) log::Info("database_node_used", {{"node", name}, {"schema", options_.schema}});
}

void Pool::Failed(size_t node, const Status& why) {
  bool news = false;
  std::string name;
  {
    absl::MutexLock lock(&mutex_);
    name = nodes_.at(node).name;
    news = nodes_.Failed(node, clock_.Steady());
    if (nodes_.AllFailed() && LentOut() == 0 && idle_.empty()) {
      outage_since_ = std::min(outage_since_, clock_.Steady());
      returned_.SignalAll();
    }
  }
  if (news)
    log::Warn("database_node_failed",
              {{"node", name}, {"schema", options_.schema}, {"error", why}});
}

}  // namespace tstack::db
