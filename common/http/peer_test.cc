// What becomes of requests and connections when one of the two sides goes away.
#include <arpa/inet.h>
#include <sys/socket.h>

#include <functional>
#include <optional>
#include <stop_token>

#include "absl/synchronization/notification.h"

#include "common/http/test_server.h"

namespace tstack::http {
namespace {

TEST_CASE("a handler learns that its client went away", "[integration][http]") {
  absl::Notification arrived;
  absl::Notification gone;
  std::unique_ptr<Responder> kept;
  std::optional<std::stop_callback<std::function<void()>>> on_gone;
  {
    TestServer server([&](Request request, Responder responder) {
      if (request.target != "/slow") return responder.Send(Text(200, ""));
      kept = std::make_unique<Responder>(std::move(responder));
      on_gone.emplace(kept->Gone(), [&gone] { gone.Notify(); });
      arrived.Notify();
    });
    auto client = server.Connect();
    REQUIRE(client->Send(MakeRequest("POST", "/", "body")).ok());
    REQUIRE(client->SendRaw("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").ok());
    arrived.WaitForNotification();
    CHECK_FALSE(gone.HasBeenNotified());
    client.reset();
    CHECK(gone.WaitForNotificationWithTimeout(absl::Seconds(10)));
    kept.reset();
  }
  on_gone.reset();
}

TEST_CASE("a handler whose answer was sent hears nothing of its client's end",
          "[integration][http]") {
  std::stop_token token;
  {
    TestServer server([&](Request, Responder responder) {
      token = responder.Gone();
      responder.Send(Text(200, ""));
    });
    auto client = server.Connect();
    REQUIRE(client->Send(MakeRequest("GET", "/")).ok());
  }
  CHECK_FALSE(token.stop_requested());
}

// Descriptors of this process's sockets that are bound to `port`.
std::vector<int> SocketsOf(uint16_t port, bool listening) {
  std::vector<int> found;
  for (int fd = 0; fd < 20000; ++fd) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    int accepts = 0;
    socklen_t flag = sizeof(accepts);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    if (address.sin_family != AF_INET || ntohs(address.sin_port) != port) continue;
    ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &flag);
    if ((accepts != 0) == listening) found.push_back(fd);
  }
  return found;
}

TEST_CASE("a listener's descriptor stands above its connections': it is closed first when killed",
          "[integration][http]") {
  TestServer server;
  auto client = server.Connect();
  REQUIRE(client->Send(MakeRequest("GET", "/")).ok());
  const std::string address = server.address();
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const auto listening = SocketsOf(port, true);
  const auto connected = SocketsOf(port, false);
  REQUIRE(listening.size() == 1);
  REQUIRE(connected.size() == 1);
  CHECK(listening.front() > connected.front());
}

}  // namespace
}  // namespace tstack::http
