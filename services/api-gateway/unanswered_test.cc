// Requests whose clients go away, and those that the HTTP server refuses by itself.
#include <functional>
#include <optional>
#include <stop_token>

#include "absl/strings/match.h"
#include "absl/synchronization/notification.h"

#include "common/log/capture.h"
#include "services/api-gateway/testing/test_gateway.h"

namespace tstack::gateway {
namespace {

constexpr char kShow[] = "/tstack.toy.v1.Toys/ShowToy";

TEST_CASE("a client that goes away cancels the call that was made for it",
          "[integration][gateway]") {
  TestGateway gateway;
  log::Capture capture;
  absl::Notification asked;
  absl::Notification cancelled;
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
  gateway.toys.OnSlow(kShow, [&](const FakeCall& call, rpc::Channel::Done done) {
    on_stop.emplace(call.ctx.stop, [&cancelled, done = std::move(done)] {
      done(Error(StatusCode::kCancelled, "CALL_CANCELLED", "the call was cancelled"));
      cancelled.Notify();
    });
    asked.Notify();
  });
  auto client = *http::Client::Connect(gateway.ClientFor());
  REQUIRE(
      client->SendRaw("GET /toy/v1/toys/7 HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice-token\r\n\r\n")
          .ok());
  REQUIRE(asked.WaitForNotificationWithTimeout(absl::Seconds(10)));
  CHECK_FALSE(cancelled.HasBeenNotified());
  client.reset();
  CHECK(cancelled.WaitForNotificationWithTimeout(absl::Seconds(10)));
  TestGateway::WaitFor([&] { return capture.Count("\"status\":499") == 1; });
  CHECK(capture.Count("request_failed") == 0);  // nobody's fault
  on_stop.reset();
}

TEST_CASE("a refused request leaves its line, counts, and can be read by its page",
          "[integration][gateway]") {
  TestGateway gateway(
      [](auto& config) { config.mutable_cors()->add_allowed_origins("https://ui.example"); });
  log::Capture capture;
  auto request = TestGateway::Request("POST", "/toy/v1/toys", std::string(70 * 1024, ' '));
  request.headers.Add("Origin", "https://ui.example");
  const auto refused = gateway.Send(request);
  CHECK(refused.status == 413);
  CHECK(refused.headers.Find("Access-Control-Allow-Origin") == "https://ui.example");
  CHECK(capture.Count("\"event\":\"request\"") == 1);
  CHECK(capture.Count("\"path\":\"/toy/v1/toys\"") == 1);
  CHECK(absl::StrContains(gateway.metrics.Text(),
                          "tstack_gateway_requests_total{api=\"/toy\",status=\"4xx\"} 1"));
  CHECK(absl::StrContains(gateway.metrics.Text(), "tstack_gateway_requests_in_flight 0"));
}

}  // namespace
}  // namespace tstack::gateway
