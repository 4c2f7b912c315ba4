#include "common/rpc/stream_call.h"

#include "common/rpc/wire.h"

namespace tstack::rpc {

// gRPC's reactor of one attempt; holds itself until gRPC is done with it.
class StreamCall::Attempt final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit Attempt(std::shared_ptr<StreamCall> call)
      : live_(call->outgoing_.core()), call_(std::move(call)) {}

  static void Start(const std::shared_ptr<Attempt>& self) {
    self->self_ = self;
    Outgoing& outgoing = self->call_->outgoing_;
    outgoing.Prepare(self->context_);
    self->on_stop_.emplace(outgoing.ctx().stop, self);
    self->on_close_.emplace(outgoing.core().closing(), self);
    outgoing.stub().PrepareBidiStreamingCall(&self->context_, outgoing.path(), grpc::StubOptions(),
                                             self.get());
    self->StartWriteLast(&self->call_->request_, grpc::WriteOptions());
    // Reads begin outside gRPC's callbacks when the receiver takes its time: a hold keeps the call
    // from ending in between. It is given back when no read will follow.
    self->AddHold();
    self->StartRead(&self->item_);
    self->StartCall();
  }

  grpc::ClientContext& context() { return context_; }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return RemoveHold();  // the end: OnDone follows
    call_->Deliver(item_, [self = self_](bool more) {
      if (more) return self->StartRead(&self->item_);
      self->call_->refused_ = true;
      self->context_.TryCancel();
      self->RemoveHold();
    });
  }

  void OnDone(const grpc::Status& status) override {
    const std::shared_ptr<Attempt> alive = std::move(self_);
    call_->OnAttemptDone(*this, status);
  }

  const Live live_;
  const std::shared_ptr<StreamCall> call_;
  std::shared_ptr<Attempt> self_;
  grpc::ClientContext context_;
  grpc::ByteBuffer item_;
  // Destroyed first: no cancellation runs after that.
  std::optional<CancelOnStop<Attempt>> on_stop_;
  std::optional<CancelOnStop<Attempt>> on_close_;
};

StreamCall::StreamCall(ChannelCore& core, const CallContext& ctx, std::string_view path,
                       std::string request_bytes, const CallOptions& options, OnItem on_item,
                       Done done)
    : outgoing_(core, ctx, path, std::move(request_bytes), options),
      on_item_(std::move(on_item)),
      done_(std::move(done)),
      request_(ToByteBuffer(outgoing_.request_bytes())) {}

void StreamCall::Start() { Attempt::Start(std::make_shared<Attempt>(shared_from_this())); }

void StreamCall::Deliver(const grpc::ByteBuffer& item, Channel::Next next) {
  delivered_ = true;
  auto bytes = ToBytes(item);
  if (!bytes.ok()) return next(false);
  on_item_(*std::move(bytes), std::move(next));
}

void StreamCall::StartLater(absl::Duration delay) {
  Later(outgoing_.core().clock().Now() + delay, [self = shared_from_this()] { self->Start(); });
}

void StreamCall::OnAttemptDone(Attempt& attempt, const grpc::Status& status) {
  Status outcome = refused_ ? Error(StatusCode::kCancelled, "STREAM_REFUSED",
                                    "the receiver wanted no more items")
                            : outgoing_.Outcome(status, attempt.context());
  if (!refused_ && !outcome.ok()) {
    if (auto delay = outgoing_.RetryDelay(outcome, delivered_)) {
      StartLater(*delay);
      return;
    }
  }
  common::v1::ResponseMetadata metadata;
  const std::string_view bytes =
      FindMetadata(attempt.context().GetServerTrailingMetadata(), kResponseKey);
  metadata.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  outgoing_.Record(outcome);
  done_(outcome, std::move(metadata));
}

}  // namespace tstack::rpc
