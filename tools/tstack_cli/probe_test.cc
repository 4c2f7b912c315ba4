#include "tools/tstack_cli/probe.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include <catch2/catch.hpp>

namespace tstack::cli {
namespace {

// Answers one connection on a unix socket with a fixed text.
class OneAnswer {
 public:
  explicit OneAnswer(std::string text) : path_("/tmp/probe_test." + std::to_string(getpid())) {
    unlink(path_.c_str());
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(listener_, 1) == 0);
    thread_ = std::thread([this, text = std::move(text)] {
      const int peer = accept(listener_, nullptr, nullptr);
      char buffer[1024];
      if (recv(peer, buffer, sizeof(buffer), 0) > 0)
        send(peer, text.data(), text.size(), MSG_NOSIGNAL);
      close(peer);
    });
  }
  ~OneAnswer() {
    thread_.join();
    close(listener_);
    unlink(path_.c_str());
  }
  std::string address() const { return "unix:" + path_; }

 private:
  const std::string path_;
  int listener_ = -1;
  std::thread thread_;
};

TEST_CASE("a process that answers 200 is ready, any other answer is the reason why not",
          "[unit][tstack]") {
  CHECK(CheckReady(OneAnswer("HTTP/1.1 200 OK\r\n\r\nok").address()).ok());
  const Status status =
      CheckReady(OneAnswer("HTTP/1.1 503 Service Unavailable\r\n\r\ndatabase: gone\n").address());
  CHECK(std::string(status.message()) == "database: gone");
}

TEST_CASE("what does not speak HTTP or does not listen is an error", "[unit][tstack]") {
  CHECK_FALSE(CheckReady(OneAnswer("hello").address()).ok());
  CHECK_FALSE(CheckReady(OneAnswer("").address()).ok());
  CHECK(CheckReady("unix:/no/such/socket").code() == StatusCode::kUnavailable);
  CHECK(CheckReady("nonsense").code() == StatusCode::kUnavailable);
}

}  // namespace
}  // namespace tstack::cli
