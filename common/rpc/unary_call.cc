#include "common/rpc/unary_call.h"

#include "common/rpc/hand_over.h"
#include "common/rpc/wire.h"

namespace tstack::rpc {

struct UnaryCall::Attempt {
  explicit Attempt(ChannelCore& core) : live(core) {}
  grpc::ClientContext& context() { return context_; }

  const Live live;
  grpc::ClientContext context_;
  grpc::ByteBuffer response;
  // Destroyed first: no cancellation runs after that.
  std::optional<CancelOnStop<Attempt>> on_stop;
  std::optional<CancelOnStop<Attempt>> on_close;
};

UnaryCall::UnaryCall(ChannelCore& core, const CallContext& ctx, std::string_view path,
                     const std::string& request_bytes, const CallOptions& options,
                     Channel::Done done)
    : outgoing_(core, ctx, path, request_bytes, options),
      done_(std::move(done)),
      request_(ToByteBuffer(request_bytes)) {}

void UnaryCall::Start() {
  auto attempt = std::make_shared<Attempt>(outgoing_.core());
  const absl::Duration limit = outgoing_.Prepare(attempt->context_);
  if (limit < absl::InfiniteDuration()) {
    attempt->context_.set_deadline(absl::ToChronoTime(outgoing_.core().clock().Now() + limit));
  }
  if (outgoing_.stop().stop_possible()) attempt->on_stop.emplace(outgoing_.stop(), attempt);
  attempt->on_close.emplace(outgoing_.core().closing(), attempt);
  HandOver(this);
  outgoing_.stub().UnaryCall(&attempt->context_, outgoing_.path(), grpc::StubOptions(), &request_,
                             &attempt->response,
                             [self = shared_from_this(), attempt](const grpc::Status& status) {
                               TakeOver(self.get());
                               self->OnAttemptDone(attempt, status);
                             });
}

void UnaryCall::StartLater(absl::Duration delay) {
  Later(outgoing_.core().clock().Now() + delay, [self = shared_from_this()] { self->Start(); });
}

void UnaryCall::OnAttemptDone(const std::shared_ptr<Attempt>& attempt, const grpc::Status& status) {
  const Status outcome = outgoing_.Outcome(status, attempt->context_);
  if (!outcome.ok()) {
    if (auto delay = outgoing_.RetryDelay(outcome, false)) {
      // By an alarm also without delay: gRPC may be inside this attempt's cancellation.
      StartLater(*delay);
      return;
    }
    return Finish(outcome);
  }
  auto bytes = ToBytes(attempt->response);
  if (!bytes.ok()) return Finish(bytes.status());
  Reply reply{.bytes = *std::move(bytes), .metadata = {}};
  const std::string_view metadata =
      FindMetadata(attempt->context_.GetServerTrailingMetadata(), kResponseKey);
  reply.metadata.ParseFromArray(metadata.data(), static_cast<int>(metadata.size()));
  Finish(std::move(reply));
}

void UnaryCall::Finish(StatusOr<Reply> reply) {
  const Status outcome = reply.status();
  outgoing_.Record(outcome);
  done_(std::move(reply));
}

}  // namespace tstack::rpc
