#include "common/db/pool.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/log/log.h"
#include "common/time/clock.h"

namespace tstack::db {
namespace {

constexpr absl::Duration kConnectPatience = absl::Seconds(2);
constexpr absl::Duration kFirstBackOff = absl::Milliseconds(50);
constexpr absl::Duration kLongestBackOff = absl::Seconds(1);
// For callers without a deadline: nothing waits for ever.
constexpr absl::Duration kLongestCall = absl::Minutes(1);

absl::Duration BackOff(int failures) {
  return std::min(kLongestBackOff, kFirstBackOff * (int64_t{1} << std::min(failures - 1, 10)));
}

}  // namespace

Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      connection_(std::move(other.connection_)),
      node_(other.node_),
      watched_(other.watched_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (pool_ != nullptr) pool_->GiveBack(*this, Fault::kNone);
  pool_ = std::exchange(other.pool_, nullptr);
  connection_ = std::move(other.connection_);
  node_ = other.node_;
  watched_ = other.watched_;
  return *this;
}

Lease::~Lease() {
  if (pool_ != nullptr) pool_->GiveBack(*this, Fault::kNone);
}

void Lease::Drop(Fault fault) {
  if (pool_ != nullptr)
    std::exchange(pool_, nullptr)->GiveBack(*this, fault == Fault::kNone ? Fault::kOther : fault);
}

Pool::Pool(const Options& options, std::vector<Node> nodes) : options_(options) {
  for (Node& node : nodes) nodes_.push_back({.node = std::move(node)});
  opener_ = std::thread([this] { OpenConnections(); });
  watchdog_ = std::thread([this] { WatchDeadlines(); });
}

Pool::~Pool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    wanted_.SignalAll();
    watch_.SignalAll();
    returned_.SignalAll();
  }
  opener_.join();
  watchdog_.join();
}

StatusOr<Lease> Pool::Acquire(const CallContext& ctx) {
  const absl::Time deadline = std::min(ctx.deadline, RealClock().Now() + kLongestCall);
  std::stop_callback wake(ctx.stop, [this] {
    absl::MutexLock lock(&mutex_);
    returned_.SignalAll();
  });
  absl::MutexLock lock(&mutex_);
  ++waiting_;
  Status refusal;
  while (idle_.empty()) {
    refusal = WhyNot(ctx.stop, deadline);
    if (!refusal.ok()) break;
    wanted_.Signal();
    absl::Time wake_at = deadline;
    if (outage_since_ != absl::InfiniteDuration()) {
      wake_at = std::min(
          wake_at, RealClock().Now() + options_.patience - (RealClock().Steady() - outage_since_));
    }
    returned_.WaitWithDeadline(&mutex_, wake_at + absl::Milliseconds(1));
  }
  --waiting_;
  if (idle_.empty()) return refusal;
  Idle idle = std::move(idle_.back());
  idle_.pop_back();
  return Lend(std::move(idle), deadline);
}

Status Pool::WhyNot(const std::stop_token& stop, absl::Time deadline) const {
  const absl::Duration outage = RealClock().Steady() - outage_since_;  // minus infinity without one
  if (stopping_) return UnavailableLocked();
  if (stop.stop_requested())
    return Error(StatusCode::kCancelled, "STOPPED", "the call was stopped");
  if (outage > options_.patience) return UnavailableLocked();
  if (RealClock().Now() < deadline) return absl::OkStatus();
  if (outage >= absl::ZeroDuration()) return UnavailableLocked();
  return tstack::Unavailable("DATABASE_BUSY", "no database connection became free in time",
                             absl::Seconds(1));
}

Lease Pool::Lend(Idle idle, absl::Time deadline) {
  Lease lease;
  lease.pool_ = this;
  lease.node_ = idle.node;
  lease.watched_ = lent_.emplace(deadline, idle.connection.get());
  if (lease.watched_ == lent_.begin()) watch_.Signal();
  lease.connection_ = std::move(idle.connection);
  return lease;
}

void Pool::GiveBack(Lease& lease, Fault fault) {
  std::vector<Idle> closing;  // closed after the lock is released
  {
    absl::MutexLock lock(&mutex_);
    const bool expired = lease.watched_->first <= RealClock().Now();  // may have been cut unnoticed
    lent_.erase(lease.watched_);
    Idle idle{std::move(lease.connection_), lease.node_};
    if (fault == Fault::kNone && !expired && idle.node == active_) {
      idle_.push_back(std::move(idle));
    } else {
      closing.push_back(std::move(idle));
    }
    if (fault == Fault::kLost || fault == Fault::kNodeNotReady) {
      // Its siblings are most likely as dead; whether the node is, the opener finds out.
      std::erase_if(idle_, [&](Idle& other) {
        if (other.node != lease.node_) return false;
        closing.push_back(std::move(other));
        return true;
      });
      probe_ = true;
      wanted_.Signal();
    }
    returned_.Signal();
  }
  for (const Idle& idle : closing) {
    if (fault != Fault::kNone) idle.connection->Cut();  // no farewell to a silent server
  }
}

Status Pool::Unavailable() {
  absl::MutexLock lock(&mutex_);
  return UnavailableLocked();
}

// Why is in the log: users, addresses and the server's words are not for tenants.
Status Pool::UnavailableLocked() const {
  const absl::Duration outage = RealClock().Steady() - outage_since_;
  return tstack::Unavailable("DATABASE_UNAVAILABLE", "the database is not reachable",
                             std::clamp(outage, absl::Seconds(1), absl::Seconds(5)));
}

void Pool::OpenConnections() {
  while (true) {
    std::vector<size_t> candidates;
    {
      absl::MutexLock lock(&mutex_);
      while (!stopping_) {
        const absl::Duration now = RealClock().Steady();
        if (WantsConnection() || FailBackDue(now)) candidates = Candidates(now);
        if (!candidates.empty()) break;
        wanted_.WaitWithTimeout(&mutex_, NextWake(now));
      }
      if (stopping_) return;
      probe_ = false;
      fail_back_at_ = RealClock().Steady() + options_.fail_back_interval;
    }
    TryNodes(candidates);
  }
}

bool Pool::WantsConnection() const {
  if (outage_since_ != absl::InfiniteDuration())
    return true;  // until a node is back, wanted or not
  const int total = static_cast<int>(lent_.size() + idle_.size());
  if (total >= options_.pool_size) return false;
  return probe_ || waiting_ > static_cast<int>(idle_.size());
}

bool Pool::FailBackDue(absl::Duration now) const { return active_ > 0 && now >= fail_back_at_; }

absl::Duration Pool::NextWake(absl::Duration now) const {
  absl::Duration wake = absl::Minutes(1);
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (WantsConnection()) wake = std::min(wake, nodes_[node].retry_at - now);
    if (node < active_) wake = std::min(wake, std::max(nodes_[node].retry_at, fail_back_at_) - now);
  }
  return std::max(wake, absl::Milliseconds(1));
}

// For a wanted connection: the active node, then the others in order. For fail-back: those
// preferred to it.
std::vector<size_t> Pool::Candidates(absl::Duration now) const {
  std::vector<size_t> order;
  if (WantsConnection()) order.push_back(active_);
  const size_t end = WantsConnection() ? nodes_.size() : active_;
  for (size_t node = 0; node < end; ++node) {
    if (node != active_) order.push_back(node);
  }
  std::erase_if(order, [&](size_t node)
                           ABSL_NO_THREAD_SAFETY_ANALYSIS { return nodes_[node].retry_at > now; });
  return order;
}

void Pool::TryNodes(const std::vector<size_t>& candidates) {
  for (const size_t index : candidates) {
    std::optional<Node> node;
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) break;
      node = nodes_[index].node;
    }
    StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(*node, options_, Session::kTransactional, kConnectPatience);
    const Status health = connection.ok() ? (*connection)->CheckNode() : connection.status();
    if (health.ok()) return Opened(index, *std::move(connection));
    Failed(index, health);
  }
}

void Pool::Opened(size_t node, std::unique_ptr<Connection> connection) {
  std::vector<Idle> closing;
  bool changed = false;
  std::string name;
  {
    absl::MutexLock lock(&mutex_);
    name = nodes_[node].node.name;
    changed = active_ != node || nodes_[node].failures > 0;
    nodes_[node].failures = 0;
    nodes_[node].retry_at = absl::ZeroDuration();
    outage_since_ = absl::InfiniteDuration();
    if (active_ != node) closing = TakeIdleOfOthers(node);
    active_ = node;
    idle_.push_back({std::move(connection), node});
    returned_.SignalAll();
  }
  if (changed) log::Info("database_node_used", {{"node", name}, {"schema", options_.schema}});
}

void Pool::Failed(size_t node, const Status& why) {
  bool first = false;
  std::string name;
  {
    absl::MutexLock lock(&mutex_);
    NodeState& state = nodes_[node];
    name = state.node.name;
    first = state.failures == 0;
    state.retry_at = RealClock().Steady() + BackOff(++state.failures);
    const bool any_left = std::any_of(nodes_.begin(), nodes_.end(),
                                      [](const NodeState& s) { return s.failures == 0; });
    if (!any_left && lent_.empty() && idle_.empty()) {
      outage_since_ = std::min(outage_since_, RealClock().Steady());
      returned_.SignalAll();
    }
  }
  if (first)
    log::Warn("database_node_failed",
              {{"node", name}, {"schema", options_.schema}, {"error", why}});
}

std::vector<Pool::Idle> Pool::TakeIdleOfOthers(size_t node) {
  std::vector<Idle> taken;
  std::erase_if(idle_, [&](Idle& idle) {
    if (idle.node == node) return false;
    taken.push_back(std::move(idle));
    return true;
  });
  return taken;
}

void Pool::WatchDeadlines() {
  absl::MutexLock lock(&mutex_);
  while (!stopping_) {
    const absl::Time now = RealClock().Now();
    // Under the lock: no lease can be closed meanwhile.
    auto next = lent_.begin();
    for (; next != lent_.end() && next->first <= now; ++next) next->second->Cut();
    watch_.WaitWithDeadline(&mutex_, next == lent_.end() ? now + kLongestCall : next->first);
  }
}

}  // namespace tstack::db
