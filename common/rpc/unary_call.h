// One unary call of a channel, over all its attempts.
#pragma once

#include <memory>

#include "common/rpc/channel.h"
#include "common/rpc/outgoing.h"

namespace tstack::rpc {

class UnaryCall final : public std::enable_shared_from_this<UnaryCall> {
 public:
  UnaryCall(ChannelCore& core, const CallContext& ctx, std::string_view path,
            const std::string& request_bytes, const CallOptions& options, Channel::Done done);
  // Sends it; the call keeps itself alive until `done` has returned.
  void Start();

 private:
  struct Attempt;
  void StartLater(absl::Duration delay);
  void OnAttemptDone(const std::shared_ptr<Attempt>& attempt, const grpc::Status& status);
  void Finish(StatusOr<Reply> reply);

  Outgoing outgoing_;
  const Channel::Done done_;
  const grpc::ByteBuffer request_;
};

}  // namespace tstack::rpc
