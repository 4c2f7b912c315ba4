#include "common/db/pool.h"

#include <algorithm>
#include <utility>

namespace tstack::db {
namespace {

// For callers without a deadline: nothing waits for ever.
constexpr absl::Duration kLongestCall = absl::Minutes(1);

}  // namespace

Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      connection_(std::move(other.connection_)),
      node_(other.node_),
      slot_(other.slot_),
      settled_(other.settled_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (pool_ != nullptr) pool_->GiveBack(*this, Fault::kNone);
  pool_ = std::exchange(other.pool_, nullptr);
  connection_ = std::move(other.connection_);
  node_ = other.node_;
  slot_ = other.slot_;
  settled_ = other.settled_;
  return *this;
}

Lease::~Lease() {
  if (pool_ != nullptr) pool_->GiveBack(*this, Fault::kNone);
}

void Lease::Hurry() const { pool_->Hurry(slot_); }

void Lease::Drop(Fault fault) {
  if (pool_ != nullptr)
    std::exchange(pool_, nullptr)->GiveBack(*this, fault == Fault::kNone ? Fault::kOther : fault);
}

Pool::Pool(const Options& options, std::vector<Node> nodes)
    : options_(options), clock_(*options.clock), nodes_(std::move(nodes)) {
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

StatusOr<Lease> Pool::Acquire(const CallContext& ctx, Session session) {
  const absl::Time deadline = std::min(ctx.deadline, clock_.Now() + kLongestCall);
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (!idle_.empty()) return Lend(session, deadline);
    }
    RETURN_IF_ERROR(WaitForIdle(ctx, deadline));
  }
}

// OK if there was an idle connection at some moment.
Status Pool::WaitForIdle(const CallContext& ctx, absl::Time deadline) {
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
    absl::Duration wait = deadline - clock_.Now();
    if (outage_since_ != absl::InfiniteDuration())
      wait = std::min(wait, options_.patience - (clock_.Steady() - outage_since_));
    returned_.WaitWithTimeout(&mutex_, wait + absl::Milliseconds(1));
  }
  --waiting_;
  return refusal;
}

Status Pool::WhyNot(const std::stop_token& stop, absl::Time deadline) const {
  const absl::Duration outage = clock_.Steady() - outage_since_;  // minus infinity without one
  if (stopping_) return UnavailableLocked();
  if (stop.stop_requested())
    return Error(StatusCode::kCancelled, "STOPPED", "the call was stopped");
  if (outage > options_.patience) return UnavailableLocked();
  if (clock_.Now() < deadline) return absl::OkStatus();
  if (outage >= absl::ZeroDuration()) return UnavailableLocked();
  return tstack::Unavailable("DATABASE_BUSY", "no database connection became free in time",
                             absl::Seconds(1));
}

Lease Pool::Lend(Session session, absl::Time deadline) {
  auto chosen = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& idle) {
    return idle.connection->session() == session;
  });
  if (chosen == idle_.rend()) {
    WishForOtherKind();
    chosen = idle_.rbegin();
  }
  std::swap(*chosen, idle_.back());
  Lease lease;
  lease.pool_ = this;
  lease.connection_ = std::move(idle_.back().connection);
  lease.node_ = idle_.back().node;
  idle_.pop_back();
  lease.slot_ = Watch(*lease.connection_, deadline);
  lease.settled_ = !lease.connection_->in_cluster() || nodes_.Settled(clock_.Steady());
  return lease;
}

void Pool::GiveBack(Lease& lease, Fault fault) {
  std::vector<Idle> closing;  // closed after the lock is released
  {
    absl::MutexLock lock(&mutex_);
    const Lent lent = Unwatch(lease.slot_);
    Idle idle{std::move(lease.connection_), lease.node_};
    const bool lost = fault == Fault::kLost || fault == Fault::kNodeNotReady;
    // Its siblings are most likely as dead; whether the node is, the opener finds out.
    if (lost && !(lent.cut && lent.hurried)) {
      closing = TakeIdle(lease.node_, false);
      probe_ = true;
      wanted_.Signal();
    }
    if (fault == Fault::kNone && !lent.cut && idle.node == nodes_.active()) {
      idle_.push_back(std::move(idle));
    } else {
      closing.push_back(std::move(idle));
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
  const absl::Duration outage = clock_.Steady() - outage_since_;
  return tstack::Unavailable("DATABASE_UNAVAILABLE", "the database is not reachable",
                             std::clamp(outage, absl::Seconds(1), absl::Seconds(5)));
}

std::vector<Pool::Idle> Pool::TakeIdle(size_t node, bool of_others) {
  std::vector<Idle> taken;
  std::erase_if(idle_, [&](Idle& idle) {
    if ((idle.node != node) != of_others) return false;
    taken.push_back(std::move(idle));
    return true;
  });
  return taken;
}

}  // namespace tstack::db
