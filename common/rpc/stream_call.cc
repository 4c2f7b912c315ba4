#include "common/rpc/stream_call.h"

#include "common/rpc/frame.h"
#include "common/rpc/hand_over.h"
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
    const absl::Duration limit = outgoing.Prepare(self->context_);
    if (limit < absl::InfiniteDuration()) self->GiveUpAfter(limit);
    self->on_stop_.emplace(outgoing.stop(), self);
    self->on_close_.emplace(outgoing.core().closing(), self);
    outgoing.stub().PrepareBidiStreamingCall(&self->context_, outgoing.path(), grpc::StubOptions(),
                                             self.get());
    self->StartWriteLast(&self->call_->request_, grpc::WriteOptions());
    // Reads begin outside gRPC's callbacks when the receiver takes its time: a hold keeps the call
    // from ending in between. It is given back when no read will follow.
    self->AddHold();
    HandOver(self.get());
    self->StartRead(&self->message_);
    self->StartCall();
  }

  grpc::ClientContext& context() { return context_; }
  bool silent() const { return ear_ == Ear::kGaveUp; }

 private:
  // A stream may last: its limit is for the first message only.
  void GiveUpAfter(absl::Duration limit) {
    Later(call_->outgoing_.core().clock().Now() + limit, [weak = std::weak_ptr<Attempt>(self_)] {
      const auto self = weak.lock();
      Ear ear = Ear::kWaits;
      if (self == nullptr || !self->ear_.compare_exchange_strong(ear, Ear::kGaveUp)) return;
      self->context_.TryCancel();
    });
  }

  void OnReadDone(bool ok) override {
    TakeOver(this);
    Ear ear = Ear::kWaits;
    ear_.compare_exchange_strong(ear, Ear::kHeard);
    // The end, or as good as that: OnDone follows.
    if (!ok || ear == Ear::kGaveUp) return Release();
    auto bytes = ToBytes(message_);
    if (!bytes.ok()) return Refuse();
    frame_ = FrameReader(*std::move(bytes));
    Deliver();
  }

  // Hands over the frame's items until the receiver takes its time with one. Runs on one thread at
  // a time: who turns `turn_` from the other's word goes on.
  void Deliver() {
    while (!frame_.AtEnd()) {
      const auto item = frame_.Next();
      if (!item.ok()) return Refuse();
      turn_.store(Turn::kOpen, std::memory_order_relaxed);
      call_->delivered_ = true;
      call_->on_item_(std::string(*item), [self = self_](bool more) { self->Answered(more); });
      // Not answered yet: the answer will go on from here.
      if (turn_.exchange(Turn::kLeft, std::memory_order_acq_rel) == Turn::kOpen) return;
      if (!more_) return Refuse();
    }
    HandOver(this);
    StartRead(&message_);
  }

  void Answered(bool more) {
    more_ = more;
    if (turn_.exchange(Turn::kAnswered, std::memory_order_acq_rel) == Turn::kOpen) return;
    more ? Deliver() : Refuse();
  }

  void Refuse() {
    call_->refused_ = true;
    context_.TryCancel();
    Release();
  }

  void Release() {
    HandOver(this);
    RemoveHold();
  }

  void OnDone(const grpc::Status& status) override {
    TakeOver(this);
    const std::shared_ptr<Attempt> alive = std::move(self_);
    call_->OnAttemptDone(*this, status);
  }

  const Live live_;
  const std::shared_ptr<StreamCall> call_;
  std::shared_ptr<Attempt> self_;
  grpc::ClientContext context_;
  grpc::ByteBuffer message_;
  FrameReader frame_;
  enum class Ear { kWaits, kHeard, kGaveUp };
  std::atomic<Ear> ear_ = Ear::kWaits;
  // Whether an item's `next` came before on_item had returned.
  enum class Turn { kOpen, kLeft, kAnswered };
  std::atomic<Turn> turn_ = Turn::kOpen;
  bool more_ = false;
  // Destroyed first: no cancellation runs after that.
  std::optional<CancelOnStop<Attempt>> on_stop_;
  std::optional<CancelOnStop<Attempt>> on_close_;
};

StreamCall::StreamCall(ChannelCore& core, const CallContext& ctx, std::string_view path,
                       const std::string& request_bytes, const CallOptions& options, OnItem on_item,
                       Done done)
    : outgoing_(core, ctx, path, request_bytes, options),
      on_item_(std::move(on_item)),
      done_(std::move(done)),
      request_(ToByteBuffer(request_bytes)) {}

void StreamCall::Start() { Attempt::Start(std::make_shared<Attempt>(shared_from_this())); }

void StreamCall::StartLater(absl::Duration delay) {
  Later(outgoing_.core().clock().Now() + delay, [self = shared_from_this()] { self->Start(); });
}

void StreamCall::OnAttemptDone(Attempt& attempt, const grpc::Status& status) {
  Status outcome = refused_ ? Error(StatusCode::kCancelled, "STREAM_REFUSED",
                                    "the receiver wanted no more items")
                            : outgoing_.Outcome(status, attempt.context(), attempt.silent());
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
