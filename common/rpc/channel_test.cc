// Channels over real gRPC: streams, retries, fail-over, cancellation.
#include "common/rpc/channel.h"

#include <atomic>

#include "absl/synchronization/notification.h"
#include <catch2/catch.hpp>

#include "common/rpc/testing/echo_server.h"

namespace tstack::rpc {
namespace {

StatusOr<Text> Say(Channel& channel, const std::string& rpc,
                   const CallContext& ctx = SoonContext()) {
  return channel.Call<Text>(ctx, EchoPath(rpc), MakeText("x"));
}

// Collects a stream.
struct Stream {
  explicit Stream(int wanted = 1 << 30) : wanted(wanted) {}

  void Open(Channel& channel, const CallContext& ctx, int64_t number) {
    Text request;
    request.set_number(number);
    channel.StreamAsync(
        ctx, EchoPath("Count"), request.SerializeAsString(), {},
        [this](const std::string& bytes) {
          Text item;
          if (!item.ParseFromString(bytes) || item.number() != received) in_order = false;
          return ++received < wanted;
        },
        [this](Status s, const common::v1::ResponseMetadata& m) {
          status = std::move(s);
          metadata = m;
          done.Notify();
        });
  }
  void WaitFor(int items) const {
    while (received < items) RealSleeper().Sleep(absl::Milliseconds(1));
  }

  const int wanted;
  std::atomic<int> received = 0;
  std::atomic<bool> in_order = true;
  Status status;
  common::v1::ResponseMetadata metadata;
  absl::Notification done;
};

// Endless, until the peer is gone; tells how often it was.
struct Endless {
  std::atomic<int64_t> sent = 0;
  absl::Notification stopped;
  StatusCode code = StatusCode::kOk;
  bool stoppable = false;

  EchoBehaviour Behaviour() {
    EchoBehaviour behaviour;
    behaviour.count = [this](const CallContext& ctx, const Text&,
                             const Sink<Text>& sink) -> Status {
      Text item;
      Status status;
      while (status.ok()) {
        item.set_number(sent);
        status = sink(item);
        if (status.ok()) ++sent;
      }
      code = status.code();
      stoppable = ctx.stop.stop_possible();
      stopped.Notify();
      return status;
    };
    return behaviour;
  }
};

}  // namespace

TEST_CASE("a stream delivers every item in order, then its end", "[integration][rpc]") {
  EchoServer echo;
  auto channel = echo.Connect();
  Stream stream;
  stream.Open(*channel, SoonContext(), 500);
  stream.done.WaitForNotification();
  CHECK(stream.status.ok());
  CHECK(stream.received == 500);
  CHECK(stream.in_order);
}

TEST_CASE("a receiver that wants no more ends the stream on both sides", "[integration][rpc]") {
  Endless endless;
  EchoServer echo(endless.Behaviour());
  auto channel = echo.Connect();
  Stream stream(3);
  stream.Open(*channel, SoonContext(), 0);
  stream.done.WaitForNotification();
  CHECK(stream.status.code() == StatusCode::kCancelled);
  CHECK(stream.received == 3);
  endless.stopped.WaitForNotification();
  CHECK(endless.code == StatusCode::kCancelled);
  CHECK(endless.stoppable);
}

TEST_CASE("a stop token cancels a stream and a call", "[integration][rpc]") {
  Endless endless;
  EchoServer echo(endless.Behaviour());
  auto channel = echo.Connect();
  std::stop_source stop;
  CallContext ctx = SoonContext();
  ctx.stop = stop.get_token();
  Stream stream;
  stream.Open(*channel, ctx, 0);
  stream.WaitFor(10);
  stop.request_stop();
  stream.done.WaitForNotification();
  CHECK(ReasonOf(stream.status) == "CALL_CANCELLED");
  endless.stopped.WaitForNotification();
  CHECK(ReasonOf(Say(*channel, "SaySafely", ctx).status()) == "CALL_CANCELLED");
}

TEST_CASE("a slow receiver slows the sender down", "[integration][rpc]") {
  std::atomic<int64_t> sent = 0;
  EchoBehaviour behaviour;
  behaviour.count = [&](const CallContext&, const Text&, const Sink<Text>& sink) -> Status {
    Text item;
    item.set_padding(std::string(100'000, 'x'));
    for (int i = 0; i < 200; ++i) {
      RETURN_IF_ERROR(sink(item));
      ++sent;
    }
    return absl::OkStatus();
  };
  EchoServer echo(std::move(behaviour));
  auto channel = echo.Connect();
  absl::Notification go;
  absl::Notification done;
  Status end = absl::UnknownError("not yet");
  int received = 0;
  channel->StreamAsync(
      SoonContext(), EchoPath("Count"), "", {},
      [&](const std::string&) {
        if (received++ == 0) go.WaitForNotification();
        return true;
      },
      [&](const Status& status, const common::v1::ResponseMetadata&) {
        end = status;
        done.Notify();
      });
  // The sender comes to a halt well before the end: buffers hold some megabytes at most.
  int64_t before = -1;
  while (before != sent || sent == 0) {
    before = sent;
    RealSleeper().Sleep(absl::Milliseconds(300));
  }
  CHECK(sent < 150);
  go.Notify();
  done.WaitForNotification();
  CHECK(end.ok());
  CHECK(received == 200);
  CHECK(sent == 200);
}

TEST_CASE("a paced receiver takes items when it likes, blocks nobody and may stop",
          "[integration][rpc]") {
  Endless endless;
  EchoServer echo(endless.Behaviour());
  auto channel = echo.Connect();
  absl::Mutex mutex;
  std::vector<Channel::Next> waiting;
  int received = 0;
  absl::Notification done;
  Status end;
  channel->PacedStreamAsync(
      SoonContext(), EchoPath("Count"), "", {},
      [&](const std::string&, Channel::Next next) {
        absl::MutexLock lock(&mutex);
        ++received;
        waiting.push_back(std::move(next));
      },
      [&](Status status, const common::v1::ResponseMetadata&) {
        end = std::move(status);
        done.Notify();
      });
  for (int i = 1; i <= 3; ++i) {
    Channel::Next next;
    {
      absl::MutexLock lock(&mutex);
      const auto arrived = [&] { return waiting.size() == 1; };
      mutex.Await(absl::Condition(&arrived));
      CHECK(received == i);
      next = std::move(waiting.front());
      waiting.clear();
    }
    CHECK(Say(*channel, "Say").ok());  // the channel's threads are free
    next(i < 3);
  }
  done.WaitForNotification();
  CHECK(end.code() == StatusCode::kCancelled);
  endless.stopped.WaitForNotification();
}

TEST_CASE("a safe call goes to the other server when one is gone, an unsafe one does not",
          "[integration][rpc]") {
  EchoServer first;
  EchoServer second(first, "second");
  auto channel = first.Connect("api-gateway", {first.address(), second.address()});
  for (int i = 0; i < 4; ++i) CHECK(Say(*channel, "Say").ok());  // both are connected
  first.server->Shutdown(absl::ZeroDuration());
  for (int i = 0; i < 20; ++i) CHECK(Say(*channel, "SaySafely").ok());
  for (int i = 0; i < 4; ++i) CHECK(Say(*channel, "Say").ok());  // the dead one is known by now
}

TEST_CASE("a call in flight on a dying server is sent again if it is safe", "[integration][rpc]") {
  std::atomic<int> ran = 0;
  absl::Notification in_first;
  EchoBehaviour hanging;
  hanging.say = [&](const CallContext& ctx, const Text& text) -> StatusOr<Text> {
    ++ran;
    if (!in_first.HasBeenNotified()) in_first.Notify();
    absl::Notification stopped;
    std::stop_callback on_stop(ctx.stop, [&] { stopped.Notify(); });
    stopped.WaitForNotification();
    return text;
  };
  for (const bool safe : {true, false}) {
    ran = 0;
    EchoServer first(hanging);
    EchoServer second(first, "second");
    auto channel = first.Connect("api-gateway", {first.address(), second.address()});
    std::vector<std::unique_ptr<absl::Notification>> done;
    std::atomic<int> succeeded = 0;
    for (int i = 0; i < 2; ++i) {  // round-robin: one goes to each
      auto notification = std::make_unique<absl::Notification>();
      channel->CallAsync(SoonContext(), EchoPath(safe ? "SaySafely" : "Say"),
                         MakeText("x").SerializeAsString(), {},
                         [&succeeded, n = notification.get()](const StatusOr<Reply>& reply) {
                           succeeded += reply.ok() ? 1 : 0;
                           n->Notify();
                         });
      done.push_back(std::move(notification));
    }
    while (ran == 0) RealSleeper().Sleep(absl::Milliseconds(1));
    first.server->Shutdown(absl::ZeroDuration());
    for (auto& notification : done) notification->WaitForNotification();
    CHECK(ran == 1);
    CHECK(succeeded == (safe ? 2 : 1));
  }
}

TEST_CASE("nobody there is unavailable, with a time to come back", "[integration][rpc]") {
  EchoServer echo;
  auto channel = echo.Connect("api-gateway", {echo.certificates->Socket("nobody")});
  const Status status = Say(*channel, "SaySafely").status();
  CHECK(status.code() == StatusCode::kUnavailable);
  CHECK(ReasonOf(status) == "BACKEND_UNAVAILABLE");
  CHECK(DetailOf(status).retry_after_seconds() == 1);
  CHECK(echo.metrics->Text().find(R"(tstack_rpc_client_retries_total{backend="echo"} 2)") !=
        std::string::npos);
}

TEST_CASE("a restarted server is found again", "[integration][rpc]") {
  auto first = std::make_unique<EchoServer>();
  EchoServer keeper(*first, "keeper");  // keeps the certificates
  auto channel = keeper.Connect("api-gateway", {keeper.certificates->Socket("again")});
  CHECK_FALSE(Say(*channel, "SaySafely").ok());
  EchoServer again(keeper, "again");
  const absl::Time limit = RealClock().Now() + absl::Seconds(20);
  while (!Say(*channel, "SaySafely").ok() && RealClock().Now() < limit) {
    RealSleeper().Sleep(absl::Milliseconds(20));
  }
  CHECK(Say(*channel, "SaySafely").ok());
}

TEST_CASE("destroying a channel ends its calls", "[integration][rpc]") {
  Endless endless;
  EchoServer echo(endless.Behaviour());
  auto channel = echo.Connect();
  Stream stream;
  stream.Open(*channel, SoonContext(), 0);
  stream.WaitFor(1);
  channel.reset();
  CHECK(stream.done.HasBeenNotified());
  CHECK(ReasonOf(stream.status) == "CALL_CANCELLED");
  endless.stopped.WaitForNotification();
}

}  // namespace tstack::rpc
