#include "services/identity/auth/change_feed.h"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"

namespace tstack::identity::auth {
namespace {

// The table of changes in memory. Reading may take time on the fake clock.
class FakeReader final : public ChangeReader {
 public:
  explicit FakeReader(FakeClock& clock) : clock_(clock) {}
  StatusOr<ChangeBatch> Read(const CallContext&, int64_t after_seq) override {
    if (down) return Error(StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", "down");
    clock_.Advance(delay);
    ChangeBatch batch{head, history, {}, false};
    ++reads;
    for (const Change& change : changes) {
      if (change.seq > after_seq) batch.changes.push_back(change);
    }
    return batch;
  }
  void Add(const std::string& user_id) {
    Change change{++head, {}};
    change.what.set_kind(v1::USER);
    change.what.set_id(user_id);
    changes.push_back(change);
  }

  std::vector<Change> changes;
  int64_t head = 1;
  std::string history = "one";
  std::atomic<int> reads = 0;
  bool down = false;
  absl::Duration delay;

 private:
  FakeClock& clock_;
};

struct Fixture {
  FakeClock clock;
  FakeReader reader{clock};
  ChangeFeed feed{reader, clock, {absl::Milliseconds(200), 4}};
  CallContext ctx;

  // What a watcher hears that starts at `after_seq`, while `act` runs after each event, until it
  // has heard `count`.
  std::vector<v1::AuthEvent> Listen(int64_t after_seq, size_t count) {
    std::vector<v1::AuthEvent> heard;
    std::stop_source stop;
    CallContext watching;
    watching.stop = stop.get_token();
    std::thread poller([&] {
      while (!stop.stop_requested()) {
        (void)feed.Poll(ctx);
        std::this_thread::yield();
      }
    });
    const Status status = feed.Watch(watching, after_seq, [&](const v1::AuthEvent& event) {
      heard.push_back(event);
      if (heard.size() >= count) stop.request_stop();
      return absl::OkStatus();
    });
    poller.join();
    CHECK(status.ok());
    return heard;
  }
};

TEST_CASE_METHOD(Fixture, "a watcher hears every change after its seq in order, then beats",
                 "[unit][identity][watch]") {
  for (const char* user : {"a", "b", "c"}) reader.Add(user);
  const auto heard = Listen(2, 3);
  CHECK((heard[0].seq() == 3 && heard[0].changed(0).id() == "b"));
  CHECK((heard[1].seq() == 4 && heard[1].changed(0).id() == "c"));
  CHECK((heard[2].beat() && heard[2].seq() == 4));
}

TEST_CASE_METHOD(Fixture, "a watcher without a seq starts now", "[unit][identity][watch]") {
  reader.Add("a");
  const auto heard = Listen(0, 1);
  CHECK((heard[0].beat() && heard[0].seq() == 2));
}

TEST_CASE_METHOD(Fixture,
                 "who missed more than is kept, or knows more than there is, forgets everything",
                 "[unit][identity][watch]") {
  for (int i = 0; i < 9; ++i) reader.Add("u");
  CHECK(Listen(2, 1)[0].changed(0).kind() == v1::EVERYTHING);
  CHECK(Listen(99, 1)[0].changed(0).kind() == v1::EVERYTHING);
}

TEST_CASE_METHOD(
    Fixture,
    "a process that starts after rows were purged tells older watchers to forget everything",
    "[unit][identity][watch]") {
  for (int i = 0; i < 3; ++i) reader.Add("u");
  reader.changes.erase(reader.changes.begin());
  CHECK(Listen(1, 1)[0].changed(0).kind() == v1::EVERYTHING);
}

TEST_CASE_METHOD(Fixture, "an identity that lost its database is silent",
                 "[unit][identity][watch]") {
  REQUIRE(feed.Poll(ctx).ok());
  reader.down = true;
  CHECK(absl::IsUnavailable(feed.Poll(ctx)));
  CallContext brief;
  std::stop_source stop;
  brief.stop = stop.get_token();
  int heard = 0;
  std::thread watcher([&] {
    (void)feed.Watch(brief, 1, [&](const v1::AuthEvent&) { return ++heard, absl::OkStatus(); });
  });
  for (int i = 0; i < 20; ++i) (void)feed.Poll(ctx);
  stop.request_stop();
  watcher.join();
  CHECK(heard == 0);
}

TEST_CASE_METHOD(Fixture, "a look that took longer than a beat gives changes but no beat",
                 "[unit][identity][watch]") {
  REQUIRE(feed.Poll(ctx).ok());
  reader.delay = absl::Milliseconds(300);
  reader.Add("a");
  const auto heard = Listen(1, 1);
  CHECK_FALSE(heard[0].beat());
  CHECK(heard[0].changed(0).id() == "a");
}

TEST_CASE_METHOD(Fixture, "the end of the feed ends its watchers at once",
                 "[unit][identity][watch]") {
  std::stop_source stop;
  std::thread runner([&] { feed.Run(stop.get_token(), RealSleeper()); });
  std::atomic<bool> heard = false;
  Status ended = absl::UnknownError("still watching");
  std::thread watcher([&] {
    ended = feed.Watch(ctx, 0, [&](const v1::AuthEvent&) {
      heard = true;
      return absl::OkStatus();
    });
  });
  while (!heard) std::this_thread::yield();
  stop.request_stop();
  watcher.join();  // ctx has no end: only the feed's
  runner.join();
  CHECK(ended.ok());
  CHECK(feed.Watch(ctx, 0, [](const v1::AuthEvent&) { return absl::OkStatus(); }).ok());
}

TEST_CASE_METHOD(Fixture, "who wakes the feed does not wait for its beat",
                 "[unit][identity][watch]") {
  ChangeFeed slow(reader, clock, {absl::Hours(1), 4});
  std::jthread runner([&](std::stop_token stop) { slow.Run(stop, RealSleeper()); });
  while (reader.reads < 1) std::this_thread::yield();
  slow.Wake();
  while (reader.reads < 2) std::this_thread::yield();
  CHECK(reader.reads == 2);
}

TEST_CASE_METHOD(Fixture, "listeners get each look, and events name the history",
                 "[unit][identity][watch]") {
  std::vector<std::string> histories;
  feed.SetListener([&](const Look& look) { histories.push_back(look.batch.history); });
  REQUIRE(feed.Poll(ctx).ok());
  reader.history = "two";
  REQUIRE(feed.Poll(ctx).ok());
  CHECK(histories == std::vector<std::string>{"one", "two"});
  feed.SetListener(nullptr);
  CHECK(Listen(1, 1)[0].history() == "two");
}

TEST_CASE_METHOD(Fixture, "a watcher whose peer is gone ends", "[unit][identity][watch]") {
  std::jthread poller([&](std::stop_token stop) {
    while (!stop.stop_requested()) (void)feed.Poll(ctx), std::this_thread::yield();
  });
  const Status status = feed.Watch(
      ctx, 0, [](const v1::AuthEvent&) { return Error(StatusCode::kUnavailable, "GONE", "gone"); });
  CHECK(ReasonOf(status) == "GONE");
}

}  // namespace
}  // namespace tstack::identity::auth
