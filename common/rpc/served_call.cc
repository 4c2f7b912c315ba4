#include "common/rpc/served_call.h"

#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/rpc/credentials.h"
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

std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& type) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
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
  if (status.ok()) {
    call->StartRead(&call->request_);
  } else {
    call->End(nullptr, status);
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
  entry_ = core_.Find(arrival_.path);
  ASSIGN_OR_RETURN(arrival_.peer, PeerOf(*context_.auth_context()));
  peer_name_ = absl::StrCat(arrival_.peer.role, "@", arrival_.peer.host);
  if (entry_ == nullptr) {
    return Error(StatusCode::kUnimplemented, "RPC_UNKNOWN",
                 absl::StrCat(core_.options().service, " does not serve ", arrival_.path));
  }
  arrival_.method = entry_->method;
  arrival_.call_bytes = FindMetadata(context_.client_metadata(), kCallKey);
  arrival_.context_bytes = FindMetadata(context_.client_metadata(), kContextKey);
  arrival_.deadline = ToTime(context_.deadline());
  return CheckCaller(*entry_->method, arrival_.peer, core_.options().instance);
}

void ServedCall::OnReadDone(bool ok) {
  if (!ok) {
    return End(nullptr, Error(StatusCode::kInvalidArgument, "NO_REQUEST",
                              "the call came without a request"));
  }
  if (!core_.PoolOf(*entry_->method).Submit([this] { Run(); })) End(nullptr, Overloaded());
}

void ServedCall::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok) cancelled_ = true;
}

void ServedCall::OnCancel() {
  {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
  }
  stop_.request_stop();
}

void ServedCall::OnDone() { delete this; }

void ServedCall::Run() {
  auto request_bytes = ToBytes(request_);
  if (!request_bytes.ok()) return End(nullptr, request_bytes.status());
  StatusOr<CallContext> ctx = AdmitCall(arrival_, *request_bytes, core_.options().default_deadline,
                                        core_.verifier(), core_.ids(), core_.clock());
  if (!ctx.ok()) return End(nullptr, ctx.status());
  ctx->stop = stop_.get_token();
  ctx->state = &state_;
  Status status;
  {
    trace::Span span(core_.tracer(), *ctx, ShortName(arrival_.path));
    ctx->request.traceparent = span.ctx().request.traceparent;
    status = Serve(*ctx, *request_bytes);
    span.SetStatus(status);
  }
  End(&*ctx, status);
}

Status ServedCall::Serve(CallContext& ctx, const std::string& request_bytes) {
  if (stop_.stop_requested())
    return Error(StatusCode::kCancelled, "CALL_CANCELLED", "the caller is gone");
  if (core_.clock().Now() >= ctx.deadline) {
    return Error(StatusCode::kDeadlineExceeded, "WAITED_TOO_LONG",
                 "the call waited longer than its deadline");
  }
  const auto request = NewMessage(*entry_->method->input_type());
  if (!request->ParseFromString(request_bytes)) {
    return Error(StatusCode::kInvalidArgument, "BAD_REQUEST", "the request cannot be parsed");
  }
  return Guarded(
      ctx, [&] { return entry_->stream ? ServeStream(ctx, *request) : ServeUnary(ctx, *request); });
}

Status ServedCall::ServeUnary(const CallContext& ctx, const google::protobuf::Message& request) {
  ASSIGN_OR_RETURN(const auto response, entry_->unary(ctx, request));
  if (!ctx.policy.empty() && !state_.policy_checked) return NotAsked(ctx);
  if (response->ByteSizeLong() > kMaxMessageBytes) {
    return Error(StatusCode::kInternal, "ANSWER_TOO_LARGE",
                 "the answer is larger than a message may be");
  }
  response_ = ToByteBuffer(*response);
  has_response_ = true;
  return absl::OkStatus();
}

Status ServedCall::ServeStream(const CallContext& ctx, const google::protobuf::Message& request) {
  RETURN_IF_ERROR(entry_->stream(ctx, request, [this, &ctx](const google::protobuf::Message& item) {
    return SendItem(ctx, item);
  }));
  if (!ctx.policy.empty() && !state_.policy_checked) return NotAsked(ctx);
  // The last item may still be on its way: the call must not end before it.
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &ServedCall::WriteIsOver));
  return absl::OkStatus();
}

Status ServedCall::SendItem(const CallContext& ctx, const google::protobuf::Message& item) {
  // Nothing may leave before the policy has been asked.
  if (!ctx.policy.empty() && !state_.policy_checked) return NotAsked(ctx);
  {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &ServedCall::WriteIsOver));
    if (cancelled_) return Error(StatusCode::kCancelled, "CALL_CANCELLED", "the caller is gone");
    writing_ = true;
  }
  response_ = ToByteBuffer(item);
  StartWrite(&response_);
  return absl::OkStatus();
}

template <typename Function>
Status ServedCall::Guarded(const CallContext& ctx, Function function) {
  try {
    return function();
  } catch (const std::exception& e) {
    return Incident(ctx, core_.ids(), e.what());
  } catch (...) {
    return Incident(ctx, core_.ids(), "an exception of an unknown type");
  }
}

void ServedCall::End(const CallContext* ctx, const Status& status) {
  const RequestContext request =
      ctx == nullptr ? UnadmittedRequest(arrival_.call_bytes) : ctx->request;
  core_.Record(arrival_.path, request, peer_name_, core_.clock().Steady() - started_, status);
  const Status leaving = core_.Sign(status, arrival_.path);
  if (!leaving.ok()) {
    context_.AddTrailingMetadata(kErrorKey, DetailOf(leaving).SerializeAsString());
  }
  if (state_.response.ByteSizeLong() > 0) {
    context_.AddTrailingMetadata(kResponseKey, state_.response.SerializeAsString());
  }
  if (leaving.ok() && has_response_) {
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
  } else {
    Finish(ToGrpcStatus(leaving));
  }
}

}  // namespace tstack::rpc
