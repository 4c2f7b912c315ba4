// Finds the socket that the connector opened, which it does not tell: so that a call that outlives
// its deadline can be ended by shutting the socket down. The connector's own time-outs are whole
// seconds set at connect.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "common/db/node.h"

namespace tstack::db {

// Create before connecting, ask after. While it lives, other connects of this process to the same
// address wait.
class SocketFinder {
 public:
  explicit SocketFinder(const Node& node);
  // The one socket to `node` that appeared since; -1 if that is not clear.
  int Find() const;

 private:
  using Sockets = std::map<int, uint64_t>;  // file descriptor -> inode, which tells a reused number
  Sockets SocketsToNode() const;

  const Node& node_;
  std::shared_ptr<std::mutex> address_;
  std::unique_lock<std::mutex> lock_;
  Sockets before_;
};

}  // namespace tstack::db
