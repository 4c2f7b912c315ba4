#include "common/rpc/served_call.h"

#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/rpc/credentials.h"
#include "common/rpc/frame.h"
#include "common/rpc/hand_over.h"
#include "common/rpc/wire.h"

namespace tstack::rpc {
namespace {

constexpr int kOverloadRetrySeconds = 1;

Status Overloaded() {
  Status status =
      Error(StatusCode::kUnavailable, "OVERLOADED", "too many calls are waiting; try again later");
  common::v1::ErrorDetail detail = DetailOf(status);
  detail.set_retry_after_seconds(kOverloadRetrySeconds);
  return WithDetail(status, detail);
}

Status NotAsked(const CallContext& ctx) {
  return Error(StatusCode::kInternal, "POLICY_NOT_CHECKED",
               absl::StrCat("the handler did not ask the policy ", ctx.policy));
}

absl::Time ToTime(std::chrono::system_clock::time_point deadline) {
  return deadline == std::chrono::system_clock::time_point::max() ? absl::InfiniteFuture()
                                                                  : absl::FromChrono(deadline);
}

// What the log can say of a call that was turned away.
RequestContext UnadmittedRequest(std::string_view call_bytes) {
  RequestContext request;
  common::v1::CallMetadata metadata;
  if (metadata.ParseFromArray(call_bytes.data(), static_cast<int>(call_bytes.size()))) {
    request.request_id = metadata.request_id();
    request.traceparent = metadata.traceparent();
  }
  return request;
}

// The text of an exception may hold anything: it goes to the log, the caller gets a number to ask
// for.
Status Incident(const CallContext& ctx, IdSource& ids, const std::string& what) {
  const std::string incident = ids.Uuid();
  log::Error(ctx, "rpc_exception",
             {{"incident", incident}, {"rpc", ShortName(ctx.rpc_method)}, {"what", what}});
  return Error(StatusCode::kInternal, "INTERNAL", "internal error, incident " + incident);
}

}  // namespace

grpc::ServerGenericBidiReactor* ServedCall::Start(ServerCore& core,
                                                  grpc::GenericCallbackServerContext& context) {
  auto* call = new ServedCall(core, context);
  const Status status = call->CheckArrival();
  HandOver(&call->arrival_);
  if (status.ok()) {
    call->StartRead(&call->request_);
  } else {
    call->End(status);
  }
  return call;
}

ServedCall::ServedCall(ServerCore& core, grpc::GenericCallbackServerContext& context)
    : core_(core), context_(context), started_(core.clock().Steady()) {
  core_.CallStarted();
}

ServedCall::~ServedCall() { core_.CallEnded(); }

Status ServedCall::CheckArrival() {
  arrival_.path = context_.method();
  rpc_ = core_.Find(arrival_.path);
  ASSIGN_OR_RETURN(arrival_.peer, PeerOf(*context_.auth_context()));
  peer_name_ = absl::StrCat(arrival_.peer.role, "@", arrival_.peer.host);
  if (rpc_ == nullptr) {
    return Error(StatusCode::kUnimplemented, "RPC_UNKNOWN",
                 absl::StrCat(core_.options().service, " does not serve ", arrival_.path));
  }
  arrival_.method = rpc_->entry.method;
  arrival_.call_bytes = FindMetadata(context_.client_metadata(), kCallKey);
  arrival_.context_bytes = FindMetadata(context_.client_metadata(), kContextKey);
  arrival_.deadline = ToTime(context_.deadline());
  return CheckCaller(*arrival_.method, arrival_.peer, core_.options().instance);
}

void ServedCall::OnReadDone(bool ok) {
  TakeOver(&arrival_);
  if (!ok) {
    return End(
        Error(StatusCode::kInvalidArgument, "NO_REQUEST", "the call came without a request"));
  }
  if (rpc_->entry.at_once && AnswerAtOnce()) return;
  if (!rpc_->pool.Submit([this] { Run(); })) End(Overloaded());
}

void ServedCall::OnWriteDone(bool ok) {
  TakeOver(&response_);
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
  }
  HandOver(this);
}

void ServedCall::OnCancel() {
  TakeOver(&arrival_);
  {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
  }
  stop_.request_stop();
  HandOver(this);
}

void ServedCall::OnDone() {
  TakeOver(this);
  delete this;
}

Status ServedCall::Admit() {
  if (ctx_) return absl::OkStatus();  // it was asked for an answer at once
  RETURN_IF_ERROR(request_bytes_.Read(request_));
  ASSIGN_OR_RETURN(ctx_,
                   AdmitCall(arrival_, request_bytes_.view(), core_.options().default_deadline,
                             core_.verifier(), core_.ids(), core_.clock()));
  ctx_->stop = stop_.get_token();
  ctx_->state = &state_;
  span_.emplace(core_.tracer(), ctx_->request, rpc_->name);
  message_.reset(rpc_->request.New());
  const std::string_view bytes = request_bytes_.view();
  if (!message_->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error(StatusCode::kInvalidArgument, "BAD_REQUEST", "the request cannot be parsed");
  }
  return absl::OkStatus();
}

bool ServedCall::AnswerAtOnce() {
  bool answered = true;
  Status status = Admit();
  if (status.ok()) status = Guarded([&] { return AskAtOnce(answered); });
  if (answered) End(status);
  return answered;
}

Status ServedCall::AskAtOnce(bool& answered) {
  const auto response = rpc_->entry.at_once(*ctx_, *message_);
  answered = response.has_value();
  if (!answered) return absl::OkStatus();
  RETURN_IF_ERROR(response->status());
  return TakeAnswer(***response);
}

void ServedCall::Run() {
  const Status admitted = Admit();
  End(admitted.ok() ? Serve() : admitted);
}

Status ServedCall::Serve() {
  if (stop_.stop_requested())
    return Error(StatusCode::kCancelled, "CALL_CANCELLED", "the caller is gone");
  if (core_.clock().Now() >= ctx_->deadline) {
    return Error(StatusCode::kDeadlineExceeded, "WAITED_TOO_LONG",
                 "the call waited longer than its deadline");
  }
  return Guarded([this] { return rpc_->entry.stream ? ServeStream() : ServeUnary(); });
}

Status ServedCall::ServeUnary() {
  ASSIGN_OR_RETURN(const auto response, rpc_->entry.unary(*ctx_, *message_));
  return TakeAnswer(*response);
}

Status ServedCall::TakeAnswer(const google::protobuf::Message& response) {
  if (!ctx_->policy.empty() && !state_.policy_checked) return NotAsked(*ctx_);
  if (response.ByteSizeLong() > kMaxMessageBytes) {
    return Error(StatusCode::kInternal, "ANSWER_TOO_LARGE",
                 "the answer is larger than a message may be");
  }
  response_ = ToByteBuffer(response);
  has_response_ = true;
  return absl::OkStatus();
}

Status ServedCall::ServeStream() {
  RETURN_IF_ERROR(rpc_->entry.stream(
      *ctx_, *message_, [this](const google::protobuf::Message& item) { return SendItem(item); }));
  if (!ctx_->policy.empty() && !state_.policy_checked) return NotAsked(*ctx_);
  if (!frame_.empty()) RETURN_IF_ERROR(SendFrame());
  // The last frame may still be on its way: the call must not end before it.
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &ServedCall::WriteIsOver));
  return absl::OkStatus();
}

Status ServedCall::SendItem(const google::protobuf::Message& item) {
  // Nothing may leave before the policy has been asked.
  if (!ctx_->policy.empty() && !state_.policy_checked) return NotAsked(*ctx_);
  if (stop_.stop_requested())
    return Error(StatusCode::kCancelled, "CALL_CANCELLED", "the caller is gone");
  AppendItem(frame_, item);
  ++frame_items_;
  const bool full = frame_items_ >= kFrameItems || frame_.size() >= kFrameBytes;
  return full || rpc_->entry.live ? SendFrame() : absl::OkStatus();
}

Status ServedCall::SendFrame() {
  {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &ServedCall::WriteIsOver));
    if (cancelled_) return Error(StatusCode::kCancelled, "CALL_CANCELLED", "the caller is gone");
    writing_ = true;
  }
  response_ = ToByteBuffer(frame_);
  frame_.clear();
  frame_items_ = 0;
  HandOver(&response_);
  StartWrite(&response_);
  return absl::OkStatus();
}

template <typename Function>
Status ServedCall::Guarded(Function function) {
  try {
    return function();
  } catch (const std::exception& e) {
    return Incident(*ctx_, core_.ids(), e.what());
  } catch (...) {
    return Incident(*ctx_, core_.ids(), "an exception of an unknown type");
  }
}

void ServedCall::Record(const Status& status) {
  const absl::Duration duration = core_.clock().Steady() - started_;
  if (!ctx_) {
    return core_.Record(rpc_, arrival_.path, UnadmittedRequest(arrival_.call_bytes), peer_name_,
                        duration, status);
  }
  if (!status.ok()) span_->SetStatus(status);
  span_.reset();
  core_.Record(rpc_, arrival_.path, ctx_->request, peer_name_, duration, status);
}

void ServedCall::End(const Status& status) {
  Record(status);
  const Status leaving = core_.Sign(status, arrival_.path);
  if (!leaving.ok()) {
    context_.AddTrailingMetadata(kErrorKey, ErrorBytes(leaving));
  }
  if (state_.response.ByteSizeLong() > 0) {
    context_.AddTrailingMetadata(kResponseKey, state_.response.SerializeAsString());
  }
  HandOver(this);
  if (leaving.ok() && has_response_) {
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
  } else {
    Finish(ToGrpcStatus(leaving));
  }
}

}  // namespace tstack::rpc
