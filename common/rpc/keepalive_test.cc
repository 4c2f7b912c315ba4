// A peer that vanishes without a word. Takes as long as the keepalive: its own test program.
#include "absl/synchronization/notification.h"
#include <catch2/catch.hpp>

#include "common/rpc/frame.h"
#include "common/rpc/testing/echo_server.h"
#include "common/rpc/testing/silent_proxy.h"

namespace tstack::rpc {

TEST_CASE("a peer that vanishes silently is noticed by the pings, one that is only quiet is not",
          "[integration][rpc]") {
  EchoBehaviour behaviour;
  behaviour.count = [](const CallContext& ctx, const Text& text, const Sink<Text>& sink) -> Status {
    for (int i = 0; i < kFrameItems; ++i) RETURN_IF_ERROR(sink(text));  // what leaves at once
    absl::Notification stopped;
    std::stop_callback on_stop(ctx.stop, [&] { stopped.Notify(); });
    stopped.WaitForNotification();
    return absl::OkStatus();
  };
  EchoServer echo(std::move(behaviour), [](ServerOptions& options, TestCertificates&) {
    options.addresses = {"127.0.0.1:0"};
  });
  SilentProxy cable(echo.address());
  struct Watch {
    std::unique_ptr<Channel> channel;
    absl::Notification began, ended;
    Status status;
  };
  Watch cut{.channel = echo.Connect("api-gateway", {cable.address()})};
  Watch quiet{.channel = echo.Connect()};
  for (Watch* watch : {&cut, &quiet}) {
    watch->channel->StreamAsync(
        SoonContext(absl::Seconds(200)), EchoPath("Count"), "", {},
        [watch](const std::string&) {
          if (!watch->began.HasBeenNotified()) watch->began.Notify();
          return true;
        },
        [watch](Status status, const common::v1::ResponseMetadata&) {
          watch->status = std::move(status);
          watch->ended.Notify();
        });
  }
  for (Watch* watch : {&cut, &quiet}) watch->began.WaitForNotification();
  cable.FallSilent();
  const absl::Time start = RealClock().Now();
  CHECK(cut.ended.WaitForNotificationWithTimeout(absl::Seconds(130)));
  WARN("noticed after " << RealClock().Now() - start << ", promised: 13 s");
  CHECK(ReasonOf(cut.status) == "BACKEND_UNAVAILABLE");
  CHECK_FALSE(quiet.ended.HasBeenNotified());
  quiet.channel.reset();
  CHECK(quiet.ended.HasBeenNotified());
}

}  // namespace tstack::rpc
