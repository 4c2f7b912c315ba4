// The part of Pool that ends calls past their deadline.
#include <algorithm>
#include <utility>

#include "common/db/pool.h"

namespace tstack::db {
namespace {

// With nothing lent out there is nothing to watch.
constexpr absl::Duration kLongestSleep = absl::Minutes(1);
// A statement that is about to end may do so, COMMIT above all: cutting costs a new connection.
constexpr absl::Duration kHurry = absl::Milliseconds(100);

}  // namespace

size_t Pool::Watch(const Connection& connection, absl::Time deadline) {
  if (free_slots_.empty()) {
    free_slots_.push_back(lent_.size());
    lent_.emplace_back();
  }
  const size_t slot = free_slots_.back();
  free_slots_.pop_back();
  lent_[slot] = {.connection = &connection, .until = deadline};
  WakeWatchdog(deadline);
  return slot;
}

Pool::Lent Pool::Unwatch(size_t slot) {
  free_slots_.push_back(slot);
  return std::exchange(lent_[slot], Lent{});
}

size_t Pool::LentOut() const { return lent_.size() - free_slots_.size(); }

void Pool::Hurry(size_t slot) {
  absl::MutexLock lock(&mutex_);
  Lent& lent = lent_[slot];
  const absl::Time until = clock_.Now() + kHurry;
  if (lent.until <= until) return;
  lent.until = until;
  lent.hurried = true;
  WakeWatchdog(until);
}

// Usually deadlines come in the order of their calls, so the watchdog sleeps on: waking it for each
// lease would cost more than the lease.
void Pool::WakeWatchdog(absl::Time deadline) {
  if (deadline >= watching_until_) return;
  watching_until_ = deadline;
  watch_.Signal();
}

void Pool::WatchDeadlines() {
  absl::MutexLock lock(&mutex_);
  while (!stopping_) {
    const absl::Time now = clock_.Now();
    absl::Time next = now + kLongestSleep;
    // Under the lock: no lease can be closed meanwhile.
    for (Lent& lent : lent_) {
      if (lent.connection == nullptr || lent.cut) continue;
      if (lent.until > now) {
        next = std::min(next, lent.until);
        continue;
      }
      lent.cut = true;
      lent.connection->Cut();
    }
    watching_until_ = next;
    watch_.WaitWithTimeout(&mutex_, next - now);
  }
}

}  // namespace tstack::db
