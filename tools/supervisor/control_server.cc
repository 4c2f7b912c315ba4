#include "tools/supervisor/control_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "tools/supervisor/control.h"

namespace tstack::supervisor {

struct ControlServer::Connection {
  explicit Connection(int descriptor) : fd(descriptor) {}
  ~Connection() { close(fd); }
  const int fd;
  std::string received;
};

ControlServer::ControlServer(Answer answer) : answer_(std::move(answer)) {}

ControlServer::~ControlServer() {
  if (listener_ >= 0) close(listener_);
}

Status ControlServer::Listen(const std::string& path) {
  ASSIGN_OR_RETURN(listener_, ListenOn(path));
  return absl::OkStatus();
}

void ControlServer::Watch(std::vector<pollfd>* watched) const {
  watched->push_back({listener_, POLLIN, 0});
  for (const auto& connection : connections_) watched->push_back({connection->fd, POLLIN, 0});
}

void ControlServer::Handle(const pollfd* watched) {
  const bool arrived = watched->revents != 0;
  std::vector<std::unique_ptr<Connection>> open;
  for (auto& connection : connections_) {
    const bool ready = (++watched)->revents != 0;
    if (!ready || Serve(*connection)) open.push_back(std::move(connection));
  }
  connections_ = std::move(open);
  if (arrived) Accept();
}

void ControlServer::Accept() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) connections_.push_back(std::make_unique<Connection>(fd));
}

// False if the connection is to be closed.
bool ControlServer::Serve(Connection& connection) const {
  char buffer[4096];
  const ssize_t n = recv(connection.fd, buffer, sizeof(buffer), 0);
  if (n <= 0) return n < 0 && errno == EAGAIN;
  connection.received.append(buffer, n);
  while (true) {
    auto request = TakeRequest(connection.received);
    if (!request.ok()) return false;
    if (!request->has_value()) return true;
    const std::string reply = Frame(answer_(**request));
    if (send(connection.fd, reply.data(), reply.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(reply.size())) {
      return false;
    }
  }
}

}  // namespace tstack::supervisor
