// Which of several servers a call goes to, above all when one of them hangs.
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

// Items of a stream that ended well, or -1.
int CountTo(Channel& channel, int64_t number) {
  Text request;
  request.set_number(number);
  int received = 0;
  absl::Notification done;
  channel.StreamAsync(
      SoonContext(), EchoPath("Count"), request.SerializeAsString(), {},
      [&](const std::string&) { return ++received > 0; },
      [&](const Status& status, const common::v1::ResponseMetadata&) {
        if (!status.ok()) received = -1;
        done.Notify();
      });
  done.WaitForNotification();
  return received;
}

// Until its caller gives up.
void Hang(const CallContext& ctx) {
  absl::Notification stopped;
  std::stop_callback on_stop(ctx.stop, [&] { stopped.Notify(); });
  stopped.WaitForNotification();
}

}  // namespace

TEST_CASE("calls go to the servers in turn", "[integration][rpc]") {
  std::atomic<int> at_first = 0;
  std::atomic<int> at_second = 0;
  const auto counting = [](std::atomic<int>& counter) {
    EchoBehaviour behaviour;
    behaviour.say = [&counter](const CallContext&, const Text& text) -> StatusOr<Text> {
      ++counter;
      return text;
    };
    return behaviour;
  };
  EchoServer first(counting(at_first));
  EchoServer second(first, "second", counting(at_second));
  auto channel = first.Connect("api-gateway", {first.address(), second.address()});
  for (int i = 0; i < 20; ++i) CHECK(Say(*channel, "Say").ok());
  CHECK(at_first == 10);
  CHECK(at_second == 10);
}

TEST_CASE("a server that hangs delays one safe call, then the others are asked",
          "[integration][rpc]") {
  std::atomic<int> hanging = 0;
  EchoBehaviour behaviour;
  behaviour.say = [&](const CallContext& ctx, const Text& text) -> StatusOr<Text> {
    ++hanging;
    Hang(ctx);
    return text;
  };
  EchoServer first(std::move(behaviour));
  EchoServer second(first, "second");
  auto channel = first.Connect("api-gateway", {first.address(), second.address()});
  const absl::Time start = RealClock().Now();
  for (int i = 0; i < 20; ++i) CHECK(Say(*channel, "SaySafely").ok());
  const absl::Duration took = RealClock().Now() - start;
  WARN("20 calls with one of two servers hanging: " << took);
  CHECK(hanging >= 1);
  // Each five seconds of suspicion cost one attempt of two.
  CHECK(hanging <= 1 + took / absl::Seconds(5));
}

TEST_CASE("a stream that a hanging server does not begin is begun at another",
          "[integration][rpc]") {
  EchoBehaviour behaviour;
  behaviour.count = [&](const CallContext& ctx, const Text&, const Sink<Text>&) -> Status {
    Hang(ctx);
    return absl::OkStatus();
  };
  EchoServer first(std::move(behaviour));
  EchoServer second(first, "second");
  auto channel = first.Connect("api-gateway", {first.address(), second.address()});
  for (int i = 0; i < 4; ++i) {
    CHECK(CountTo(*channel, 100) == 100);
  }
}

TEST_CASE("only a safe call with somewhere else to go has less than its whole time",
          "[integration][rpc]") {
  std::atomic<int64_t> least = 1 << 30;
  EchoBehaviour behaviour;
  behaviour.say = [&](const CallContext& ctx, const Text& text) -> StatusOr<Text> {
    least = std::min<int64_t>(least, absl::ToInt64Seconds(ctx.deadline - RealClock().Now()));
    return text;
  };
  EchoServer first(behaviour);
  EchoServer second(first, "second", behaviour);
  const auto ask = [&](const std::string& rpc, const std::vector<std::string>& addresses) {
    least = 1 << 30;
    CHECK(Say(*first.Connect("api-gateway", addresses), rpc, SoonContext(absl::Seconds(9))).ok());
    return least.load();
  };
  CHECK(ask("SaySafely", {first.address()}) > 2);
  CHECK(ask("Say", {first.address(), second.address()}) > 2);
  CHECK(ask("SaySafely", {first.address(), second.address()}) <= 2);
}

}  // namespace tstack::rpc
