#include "services/identity/auth/change_feed.h"

#include <algorithm>
#include <utility>

#include "common/log/log.h"

namespace tstack::identity::auth {
namespace {

v1::AuthEvent EventAt(int64_t seq, const std::string& history) {
  v1::AuthEvent event;
  event.set_seq(seq);
  event.set_history(history);
  return event;
}

}  // namespace

void ChangeFeed::Append(const ChangeBatch& batch) {
  int64_t expected = head_ + 1;
  for (const Change& change : batch.changes) {
    // A gap: rows were purged before this process saw them, or it has just started.
    if (change.seq != expected) history_.clear(), history_after_ = change.seq - 1;
    history_.push_back(change);
    expected = change.seq + 1;
  }
  head_ = batch.more && !batch.changes.empty() ? batch.changes.back().seq : batch.head;
  if (expected != head_ + 1) history_.clear(), history_after_ = head_;
  while (history_.size() > options_.history) {
    history_after_ = history_.front().seq;
    history_.pop_front();
  }
}

Status ChangeFeed::Poll(const CallContext& ctx) {
  int64_t after = 0;
  {
    absl::MutexLock lock(&mutex_);
    after = head_;
  }
  const absl::Duration before = clock_.Steady();
  ASSIGN_OR_RETURN(ChangeBatch batch, reader_.Read(ctx, after));
  const bool fresh = clock_.Steady() - before < options_.beat;
  if (listener_) listener_({before, batch});
  absl::MutexLock lock(&mutex_);
  const bool renamed = std::exchange(name_, batch.history) != batch.history && head_ != 0;
  if (batch.head < head_ || renamed) {
    // The database was replaced by another one: nothing that was sent before counts.
    history_.clear();
    head_ = history_after_ = batch.head;
    return absl::OkStatus();
  }
  Append(batch);
  if (fresh && !batch.more) ++beats_;
  return absl::OkStatus();
}

void ChangeFeed::Run(std::stop_token stop, Sleeper& sleeper) {
  // At the request and not at the end of a look: a database that hangs keeps nobody waiting.
  std::stop_callback end(stop, [this] {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
  });
  bool failing = false;
  while (!stop.stop_requested()) {
    {
      // What wakes it from here on is answered by another look.
      absl::MutexLock lock(&mutex_);
      waking_ = std::stop_source();
    }
    CallContext ctx;
    ctx.stop = stop;
    ctx.deadline = clock_.Now() + 10 * options_.beat;
    const Status status = Poll(ctx);
    if (!status.ok() && !failing) {
      log::Warn("auth_feed_silent", {{"error", status}},
                "gateways ask for every token until the database is back");
    }
    if (status.ok() && failing) log::Info("auth_feed_resumed");
    failing = !status.ok();
    Rest(stop, sleeper);
  }
}

void ChangeFeed::Rest(std::stop_token stop, Sleeper& sleeper) {
  if (!sleeper.Sleep(options_.rest, stop)) return;
  std::stop_token woken;
  {
    absl::MutexLock lock(&mutex_);
    woken = waking_.get_token();
  }
  std::stop_callback end(stop, [this] { Wake(); });
  sleeper.Sleep(options_.beat - options_.rest, woken);
}

void ChangeFeed::Wake() {
  std::stop_source waking;
  {
    absl::MutexLock lock(&mutex_);
    waking = waking_;
  }
  waking.request_stop();  // not under the lock: it runs callbacks
}

bool ChangeFeed::HasNews(const Place& place) const {
  return ended_ || (beats_ != 0 && (!place.started || place.seq != head_ || place.beat != beats_));
}

std::vector<v1::AuthEvent> ChangeFeed::Collect(Place& place) {
  std::vector<v1::AuthEvent> events;
  if (!place.started && place.seq == 0) place.seq = head_;
  place.started = true;
  if (place.seq < history_after_ || place.seq > head_) {
    events.push_back(EventAt(head_, name_));
    events.back().add_changed()->set_kind(v1::EVERYTHING);
  } else {
    for (const Change& change : history_) {
      if (change.seq <= place.seq) continue;
      events.push_back(EventAt(change.seq, name_));
      *events.back().add_changed() = change.what;
    }
  }
  if (place.beat != beats_) {
    events.push_back(EventAt(head_, name_));
    events.back().set_beat(true);
  }
  place.seq = head_;
  place.beat = beats_;
  return events;
}

Status ChangeFeed::Watch(const CallContext& ctx, int64_t after_seq,
                         const rpc::Sink<v1::AuthEvent>& sink) {
  Place place{after_seq, 0, false};
  {
    absl::MutexLock lock(&mutex_);
    place.beat = beats_;  // an old look proves nothing now: wait for the next
  }
  const auto has_news = [this, &place]()
                            ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return HasNews(place); };
  while (!ctx.stop.stop_requested() && clock_.Now() < ctx.deadline) {
    std::vector<v1::AuthEvent> events;
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&has_news), options_.beat)) {
        if (ended_) return absl::OkStatus();
        events = Collect(place);
      }
    }
    for (const v1::AuthEvent& event : events) RETURN_IF_ERROR(sink(event));
  }
  return absl::OkStatus();
}

}  // namespace tstack::identity::auth
