#include "common/rpc/testing/silent_proxy.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace tstack::rpc {
namespace {

constexpr int kLookMs = 50;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool Readable(int fd) {
  pollfd entry = {fd, POLLIN, 0};
  return poll(&entry, 1, kLookMs) > 0;
}

// False if the connection has ended.
bool Pass(int from, int to, bool drop) {
  char buffer[16 * 1024];
  const ssize_t size = recv(from, buffer, sizeof(buffer), MSG_DONTWAIT);
  if (size <= 0) return false;
  return drop || send(to, buffer, static_cast<size_t>(size), MSG_NOSIGNAL) == size;
}

}  // namespace

SilentProxy::SilentProxy(const std::string& server)
    : server_port_(std::atoi(server.substr(server.rfind(':') + 1).c_str())),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 8) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { Serve(stop); });
}

SilentProxy::~SilentProxy() {
  thread_.request_stop();
  thread_.join();
  close(listener_);
}

void SilentProxy::Serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!Readable(listener_)) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(server_port_);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
      Forward(client, server, stop);
    }
    close(server);
    close(client);
  }
}

void SilentProxy::Forward(int client, int server, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd entries[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (poll(entries, 2, kLookMs) <= 0) continue;
    if (entries[0].revents != 0 && !Pass(client, server, silent_)) return;
    if (entries[1].revents != 0 && !Pass(server, client, silent_)) return;
  }
}

}  // namespace tstack::rpc
