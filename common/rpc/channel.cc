#include "common/rpc/channel.h"

#include <memory>

#include "absl/synchronization/notification.h"

namespace tstack::rpc {

StatusOr<Reply> Channel::Call(const CallContext& ctx, std::string_view path,
                              const google::protobuf::Message& request,
                              const CallOptions& options) {
  struct Answer {
    absl::Notification arrived;
    StatusOr<Reply> reply = absl::UnknownError("no answer yet");
  };
  // Shared: `done` may still be inside Notify() when this thread goes on.
  auto answer = std::make_shared<Answer>();
  CallAsync(ctx, path, request.SerializeAsString(), options, [answer](StatusOr<Reply> reply) {
    answer->reply = std::move(reply);
    answer->arrived.Notify();
  });
  answer->arrived
      .WaitForNotification();  // CallAsync ends by itself at the deadline and on ctx.stop
  return std::move(answer->reply);
}

}  // namespace tstack::rpc
