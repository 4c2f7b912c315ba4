// One server stream as its client sees it, over all its attempts. Sent again only while no item has
// arrived.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "common/rpc/channel.h"
#include "common/rpc/outgoing.h"

namespace tstack::rpc {

class StreamCall final : public std::enable_shared_from_this<StreamCall> {
 public:
  // Calls its second argument once: true for the next item.
  using OnItem = std::function<void(std::string, Channel::Next)>;
  using Done = std::function<void(Status, common::v1::ResponseMetadata)>;
  StreamCall(ChannelCore& core, const CallContext& ctx, std::string_view path,
             const std::string& request_bytes, const CallOptions& options, OnItem on_item,
             Done done);
  // Sends it; the call keeps itself alive until `done` has returned.
  void Start();

 private:
  class Attempt;
  void StartLater(absl::Duration delay);
  void OnAttemptDone(Attempt& attempt, const grpc::Status& status);

  Outgoing outgoing_;
  const OnItem on_item_;
  const Done done_;
  const grpc::ByteBuffer request_;
  bool delivered_ = false;             // an item has arrived
  std::atomic<bool> refused_ = false;  // on_item wants no more
};

}  // namespace tstack::rpc
