// Which thread serves a call, and what the log says of it.
#include <atomic>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include <catch2/catch.hpp>

#include "common/log/capture.h"
#include "common/rpc/testing/echo_server.h"

namespace tstack::rpc {
namespace {

StatusOr<Text> Say(Channel& channel, const std::string& rpc, const std::string& text) {
  return channel.Call<Text>(SoonContext(), EchoPath(rpc), MakeText(text));
}

}  // namespace

TEST_CASE("what can be answered at once needs no thread, the rest waits for one",
          "[integration][rpc]") {
  absl::Notification held;
  absl::Notification release;
  EchoBehaviour behaviour;
  behaviour.at_once = [](const CallContext& ctx,
                         const Text& text) -> std::optional<StatusOr<Text>> {
    if (text.text() == "later") return std::nullopt;
    if (text.text() == "wrong") return Error(StatusCode::kNotFound, "NO_TEXT", "no such text");
    if (text.text() == "throws") throw std::runtime_error("secret");
    return MakeText(ctx.request.request_id);
  };
  behaviour.say = [&](const CallContext&, const Text& text) -> StatusOr<Text> {
    if (!held.HasBeenNotified()) held.Notify();
    release.WaitForNotification();
    return text;
  };
  EchoServer echo(std::move(behaviour), [](ServerOptions& options, TestCertificates&) {
    options.pools = {{.name = "default", .threads = 1, .queue = 4}};
  });
  auto channel = echo.Connect();
  absl::Notification done;
  StatusOr<Reply> later = absl::UnknownError("");
  channel->CallAsync(SoonContext(), EchoPath("SaySafely"), MakeText("later").SerializeAsString(),
                     {}, [&](StatusOr<Reply> reply) {
                       later = std::move(reply);
                       done.Notify();
                     });
  held.WaitForNotification();  // the only thread is taken
  auto now = Say(*channel, "SaySafely", "now");
  REQUIRE(now.ok());
  CHECK(now->text() == "req-test");
  CHECK(ReasonOf(Say(*channel, "SaySafely", "wrong").status()) == "NO_TEXT");
  CHECK(ReasonOf(Say(*channel, "SaySafely", "throws").status()) == "INTERNAL");
  CHECK_FALSE(done.HasBeenNotified());
  release.Notify();
  done.WaitForNotification();
  REQUIRE(later.ok());
  CHECK(later->bytes == MakeText("later").SerializeAsString());
}

TEST_CASE("a served call is one line of the log, with its request id", "[integration][rpc]") {
  log::Capture capture;
  EchoServer echo;
  CHECK(Say(*echo.Connect(), "Say", "x").ok());
  CHECK(capture.Count("\"event\":\"rpc_served\",\"request_id\":\"req-test\"") == 1);
  CHECK(capture.Count("\"rpc\":\"Echo/Say\",\"code\":\"ok\",\"duration_ms\":") == 1);
}

TEST_CASE("streams of slow readers leave the threads of other calls alone", "[integration][rpc]") {
  absl::Notification release;
  EchoBehaviour behaviour;
  std::atomic<int> streams = 0;
  behaviour.count = [&](const CallContext&, const Text&, const Sink<Text>&) {
    ++streams;
    release.WaitForNotification();
    return absl::OkStatus();
  };
  EchoServer echo(std::move(behaviour), [](ServerOptions& options, TestCertificates&) {
    options.pools = {{.name = "default", .threads = 1, .queue = 4},
                     {.name = "lists", .threads = 2, .queue = 4}};
    options.stream_pool = "lists";
  });
  auto channel = echo.Connect();
  absl::BlockingCounter done(2);
  for (int i = 0; i < 2; ++i) {
    channel->StreamAsync(
        SoonContext(), EchoPath("Count"), "", {}, [](const std::string&) { return true; },
        [&](const Status&, const common::v1::ResponseMetadata&) { done.DecrementCount(); });
  }
  while (streams < 2) RealSleeper().Sleep(absl::Milliseconds(1));
  CHECK(Say(*channel, "Say", "x").ok());
  release.Notify();
  done.Wait();
}

}  // namespace tstack::rpc
