// Finds the socket that the connector opened, which it does not tell: so that a call that outlives
// its deadline can be ended by shutting the socket down. The connector's own time-outs are whole
// seconds set at connect.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/db/node.h"
#include "common/status/status.h"

namespace tstack::db {

// A second file descriptor of a socket: it stays the same socket, also when the connector closes
// its own and the kernel gives that number to somebody else.
class OpenSocket {
 public:
  explicit OpenSocket(int fd) : fd_(fd) {}
  OpenSocket(OpenSocket&& other) noexcept;
  OpenSocket& operator=(OpenSocket&&) = delete;
  ~OpenSocket();

  // Ends both directions: whoever waits on the socket gets an error. Thread-safe.
  void Shutdown() const;

 private:
  int fd_;
};

// Create before connecting, ask after. While it lives, other connects of this process to a node of
// the same name wait.
class SocketFinder {
 public:
  explicit SocketFinder(const Node& node);
  // The one socket to `node` that appeared since. kUnavailable with reason DATABASE_UNAVAILABLE if
  // that is not clear: a connection whose calls nobody can end is not used; try again.
  StatusOr<OpenSocket> Find() const;

 private:
  using Sockets = std::map<int, uint64_t>;  // file descriptor -> inode, which
                                            // tells a reused number
  Sockets SocketsToNode() const;
  bool IsPeer(const std::string& address) const;

  const Node& node_;
  std::vector<std::string> addresses_;  // raw bytes as getpeername gives them
  std::shared_ptr<std::mutex> mutex_;
  std::unique_lock<std::mutex> lock_;
  Sockets before_;
};

}  // namespace tstack::db
