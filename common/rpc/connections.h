// The gRPC channels to the addresses of one backend, and which to use next.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/rpc/make_channel.h"
#include "common/status/status.h"

namespace tstack::rpc {

// Thread-safe after construction.
class Connections {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  static StatusOr<std::unique_ptr<Connections>> Make(const ChannelOptions& options);

  // Round-robin over those that are not known to be broken; avoids `failed` while there is another.
  size_t Pick(size_t failed);
  grpc::GenericStub& stub(size_t index) { return *connections_[index].stub; }
  const std::string& address(size_t index) const { return connections_[index].address; }
  size_t size() const { return connections_.size(); }

 private:
  struct Connection {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<grpc::GenericStub> stub;
  };
  std::vector<Connection> connections_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace tstack::rpc
