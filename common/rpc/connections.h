// The gRPC channels to the addresses of one backend, and which to use next.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/rpc/make_channel.h"
#include "common/status/status.h"

namespace tstack::rpc {

// Thread-safe after construction.
class Connections {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  static StatusOr<std::unique_ptr<Connections>> Make(const ChannelOptions& options);

  // Round-robin over those that are neither known to be broken nor suspect at `now` (a steady
  // time); avoids `failed` while there is another.
  size_t Pick(size_t failed, absl::Duration now);
  // True if there is one beside `index` that Pick would rather take than a suspect one.
  bool HasBetterThan(size_t index, absl::Duration now) const;
  // A call there got no sign of life: others are tried first until `until`.
  void Suspect(size_t index, absl::Duration until);
  void Trust(size_t index);
  grpc::GenericStub& stub(size_t index) { return *connections_[index].stub; }
  const std::string& address(size_t index) const { return connections_[index].address; }
  size_t size() const { return connections_.size(); }

 private:
  struct Connection {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<grpc::GenericStub> stub;
    // Nanoseconds of the steady clock.
    std::unique_ptr<std::atomic<int64_t>> suspect_until = std::make_unique<std::atomic<int64_t>>(0);
  };
  bool IsGood(size_t index, absl::Duration now) const;

  std::vector<Connection> connections_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace tstack::rpc
