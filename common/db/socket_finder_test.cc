#include "common/db/socket_finder.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace tstack::db {
namespace {

// A socket that listens or is connected, closed with the object.
class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void Listen(const char* host, int port) const {
    const sockaddr_in address = Address(host, port);
    REQUIRE(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(fd_, 8) == 0);
  }
  int port() const {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }
  void Connect(const char* host, int port) const {
    const sockaddr_in address = Address(host, port);
    REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  }
  bool Alive() const { return send(fd_, "x", 1, MSG_NOSIGNAL) == 1; }

 private:
  static sockaddr_in Address(const char* host, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, host, &address.sin_addr);
    return address;
  }
  int fd_;
};

TEST_CASE("of two nodes with the same port the right one's socket is found", "[unit][db]") {
  const Socket first, second;
  first.Listen("127.0.0.1", 0);
  second.Listen("127.0.0.2", first.port());
  const Node node = ParseNode("127.0.0.2:" + std::to_string(first.port())).value();
  const Socket old;
  old.Connect("127.0.0.2", first.port());
  const SocketFinder finder(node);
  const Socket other, ours;
  other.Connect("127.0.0.1", first.port());
  ours.Connect("127.0.0.2", first.port());
  const StatusOr<OpenSocket> found = finder.Find();
  REQUIRE(found.ok());
  found->Shutdown();
  CHECK_FALSE(ours.Alive());
  CHECK(other.Alive());
  CHECK(old.Alive());
}

TEST_CASE("a socket that cannot be told from another is an error and not a guess", "[unit][db]") {
  const Socket server;
  server.Listen("127.0.0.1", 0);
  const Node node = ParseNode("127.0.0.1:" + std::to_string(server.port())).value();
  const SocketFinder finder(node);
  CHECK(ReasonOf(finder.Find().status()) == "DATABASE_UNAVAILABLE");  // none
  const Socket one, two;
  one.Connect("127.0.0.1", server.port());
  CHECK(finder.Find().ok());
  two.Connect("127.0.0.1", server.port());
  CHECK(ReasonOf(finder.Find().status()) == "DATABASE_UNAVAILABLE");
}

}  // namespace
}  // namespace tstack::db
