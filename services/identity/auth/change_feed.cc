#include "services/identity/auth/change_feed.h"

#include <algorithm>
#include <utility>

#include "common/log/log.h"

namespace tstack::identity::auth {
namespace {

v1::AuthEvent BeatAt(int64_t seq) {
  v1::AuthEvent event;
  event.set_seq(seq);
  event.set_beat(true);
  return event;
}

v1::AuthEvent EverythingAt(int64_t seq) {
  v1::AuthEvent event;
  event.set_seq(seq);
  event.add_changed()->set_kind(v1::EVERYTHING);
  return event;
}

v1::AuthEvent EventOf(const Change& change) {
  v1::AuthEvent event;
  event.set_seq(change.seq);
  *event.add_changed() = change.what;
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
  absl::MutexLock lock(&mutex_);
  if (batch.head < head_) {
    // The database was replaced by an older one: nothing that was sent before counts.
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
    sleeper.Sleep(options_.beat, stop);
  }
}

bool ChangeFeed::HasNews(const Place& place) const {
  return ended_ || (beats_ != 0 && (!place.started || place.seq != head_ || place.beat != beats_));
}

std::vector<v1::AuthEvent> ChangeFeed::Collect(Place& place) {
  std::vector<v1::AuthEvent> events;
  if (!place.started && place.seq == 0) place.seq = head_;
  place.started = true;
  if (place.seq < history_after_ || place.seq > head_) {
    events.push_back(EverythingAt(head_));
  } else {
    for (const Change& change : history_) {
      if (change.seq > place.seq) events.push_back(EventOf(change));
    }
  }
  if (place.beat != beats_) events.push_back(BeatAt(head_));
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
