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

void Channel::PacedStreamAsync(const CallContext& ctx, std::string_view path,
                               std::string request_bytes, const CallOptions& options,
                               std::function<void(std::string item_bytes, Next next)> on_item,
                               std::function<void(Status, common::v1::ResponseMetadata)> done) {
  struct Word {
    absl::Notification given;
    bool more = false;
  };
  StreamAsync(
      ctx, path, std::move(request_bytes), options,
      [on_item = std::move(on_item)](std::string bytes) {
        auto word = std::make_shared<Word>();
        on_item(std::move(bytes), [word](bool more) {
          word->more = more;
          word->given.Notify();
        });
        word->given.WaitForNotification();
        return word->more;
      },
      std::move(done));
}

}  // namespace tstack::rpc
