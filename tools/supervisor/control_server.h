// The supervisor's end of the control socket, for a loop that polls.
#pragma once

#include <poll.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/status/status.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::supervisor {

// Not thread-safe. Nothing blocks: replies are small, they fit into the socket's buffer or the peer
// is broken and loses its connection.
class ControlServer {
 public:
  using Answer = std::function<v1::Reply(const v1::Request&)>;

  explicit ControlServer(Answer answer);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  Status Listen(const std::string& path);

  // Appends what to wait for; Handle takes the same entries after poll().
  void Watch(std::vector<pollfd>* watched) const;
  void Handle(const pollfd* watched);

 private:
  struct Connection;

  void Accept();
  bool Serve(Connection& connection) const;

  const Answer answer_;
  int listener_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace tstack::supervisor
