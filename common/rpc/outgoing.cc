#include "common/rpc/outgoing.h"

#include <grpcpp/alarm.h>

#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/rpc/context_signer.h"
#include "common/rpc/hand_over.h"
#include "common/rpc/wire.h"

namespace tstack::rpc {
namespace {

constexpr absl::Duration kFaultInterval = absl::Seconds(10);
constexpr int kRetryAfterSeconds = 1;
// Of one attempt while another connection looks better: a third of what is left, at most this.
constexpr absl::Duration kMaxAttempt = absl::Seconds(2);
// No answer for so long is no sign of life, whatever the deadline was.
constexpr absl::Duration kSilence = absl::Seconds(1);
constexpr absl::Duration kSuspicion = absl::Seconds(5);
// A signed context is good for 30 s: what hung for longer is not sent again.
constexpr absl::Duration kMaxAgeOfRetry = absl::Seconds(25);
static_assert(kMaxAgeOfRetry < kContextLifetime);

std::string CallMetadataOf(const CallContext& ctx, int route) {
  common::v1::CallMetadata metadata;
  metadata.set_request_id(ctx.request.request_id);
  metadata.set_global_request_id(ctx.request.global_request_id);
  metadata.set_traceparent(ctx.request.traceparent);
  if (ctx.api_version != ApiVersion()) metadata.set_api_version(ctx.api_version.ToString());
  metadata.set_policy(ctx.policy);
  metadata.set_idempotency_key(ctx.request.idempotency_key);
  metadata.set_path(ctx.request.path);
  metadata.set_method(ctx.request.method);
  metadata.set_route(route);
  metadata.set_min_auth_seq(ctx.request.min_auth_seq);
  return metadata.SerializeAsString();
}

// The part of a request that log lines name.
RequestContext NamesOf(const RequestContext& request) {
  RequestContext names;
  names.request_id = request.request_id;
  names.traceparent = request.traceparent;
  return names;
}

Status Unavailable(const std::string& backend) {
  Status status = Error(StatusCode::kUnavailable, "BACKEND_UNAVAILABLE",
                        absl::StrCat("the service ", backend, " cannot be reached"));
  common::v1::ErrorDetail detail = DetailOf(status);
  detail.set_retry_after_seconds(kRetryAfterSeconds);
  return WithDetail(status, detail);
}

// Codes that gRPC itself gives to a call whose connection broke. Our servers' answers carry error
// metadata.
bool IsTransportCode(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::UNKNOWN ||
         code == grpc::StatusCode::INTERNAL || code == grpc::StatusCode::CANCELLED;
}

}  // namespace

ChannelCore::ChannelCore(const ChannelOptions& options, const ChannelParts& parts,
                         std::unique_ptr<Connections> connections)
    : options_(options),
      parts_(parts),
      connections_(std::move(connections)),
      finished_(parts.metrics.Counters("tstack_rpc_client_calls_total",
                                       "Finished calls by backend and code.",
                                       {{"backend", {options.backend}}, {"code", CodeLabels()}}),
                options.backend),
      durations_(parts.metrics
                     .Histograms("tstack_rpc_client_duration_seconds",
                                 "Durations of calls, retries included.",
                                 {{"backend", {options.backend}}})
                     .With({options.backend})),
      retries_(parts.metrics
                   .Counters("tstack_rpc_client_retries_total",
                             "Calls sent again after a transport failure.",
                             {{"backend", {options.backend}}})
                   .With({options.backend})),
      faults_(parts.clock, kFaultInterval) {}

void ChannelCore::Record(StatusCode code, absl::Duration duration) {
  finished_.Add(code);
  durations_.Observe(absl::ToDoubleSeconds(duration));
}

void ChannelCore::AddLive() {
  absl::MutexLock lock(&mutex_);
  ++live_;
}

void ChannelCore::DropLive() {
  absl::MutexLock lock(&mutex_);
  --live_;
}

void ChannelCore::Close() {
  closing_.request_stop();
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &ChannelCore::NothingLives));
}

void ChannelCore::ReportUnreachable(const RequestContext& request, size_t connection,
                                    const std::string& message) {
  const std::string& address = connections_->address(connection);
  if (auto swallowed = faults_.Admit(address)) {
    log::Warn(request, "backend_unreachable",
              {{"backend", options_.backend}, {"address", address}, {"swallowed", *swallowed}},
              message);
  }
}

Outgoing::Outgoing(ChannelCore& core, const CallContext& ctx, std::string_view path,
                   std::string_view request_bytes, const CallOptions& options)
    : core_(core),
      live_(core),
      stop_(ctx.stop),
      path_(path),
      started_(core.clock().Steady()),
      call_bytes_(CallMetadataOf(ctx, options.route)),
      request_(NamesOf(ctx.request)),
      deadline_(ctx.deadline) {
  if (options.signer != nullptr) {
    context_bytes_ =
        options.signer->Sign(ctx.request.auth, core.options().backend, path_, request_bytes);
  }
  if (const auto* method = FindMethod(path_)) {
    safe_ = IsSafe(*method);
    deadline_ = std::min(deadline_, core.clock().Now() + MaxDuration(*method, kDefaultDeadline));
  } else if (deadline_ == absl::InfiniteFuture()) {
    deadline_ = core.clock().Now() + kDefaultDeadline;
  }
}

absl::Duration Outgoing::Prepare(grpc::ClientContext& context) {
  ++attempts_;
  attempt_started_ = core_.clock().Steady();
  connection_ = core_.connections().Pick(connection_, attempt_started_);
  context.AddMetadata(kCallKey, call_bytes_);
  if (!context_bytes_.empty()) context.AddMetadata(kContextKey, context_bytes_);
  if (deadline_ != absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(deadline_));
  return AttemptLimit();
}

// Only the first attempt: a backend that is slow, not hung, must not be asked in vain for ever.
absl::Duration Outgoing::AttemptLimit() {
  limited_ = safe_ && attempts_ == 1 && core_.options().max_attempts > 1 &&
             core_.connections().HasBetterThan(connection_, attempt_started_);
  if (!limited_) return absl::InfiniteDuration();
  return std::min((deadline_ - core_.clock().Now()) / 3, kMaxAttempt);
}

// Nothing came back. Lost, so that it may be sent again, if the call itself still has time.
Status Outgoing::TimedOut() {
  const absl::Duration now = core_.clock().Steady();
  if (limited_ || now - attempt_started_ >= kSilence) {
    core_.connections().Suspect(connection_, now + kSuspicion);
    core_.ReportUnreachable(request_, connection_, "no answer in time");
  }
  lost_ = limited_;
  return Error(StatusCode::kDeadlineExceeded, "BACKEND_TIMEOUT",
               absl::StrCat("the service ", core_.options().backend, " did not answer in time"));
}

Status Outgoing::Translate(const grpc::Status& status, std::string_view error_bytes) {
  if (status.ok() || !error_bytes.empty()) {
    core_.connections().Trust(connection_);
    return FromGrpcStatus(status, error_bytes);
  }
  if (Stopped() && status.error_code() == grpc::StatusCode::CANCELLED) {
    return Error(StatusCode::kCancelled, "CALL_CANCELLED", "the call was cancelled");
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return TimedOut();
  }
  if (!IsTransportCode(status.error_code())) return FromGrpcStatus(status, "");
  lost_ = true;
  core_.ReportUnreachable(request_, connection_, status.error_message());
  return Unavailable(core_.options().backend);
}

Status Outgoing::Outcome(const grpc::Status& status, const grpc::ClientContext& context,
                         bool silent) {
  if (status.ok() && !silent) {
    core_.connections().Trust(connection_);
    return absl::OkStatus();
  }
  lost_ = false;
  const Status translated =
      silent ? TimedOut()
             : Translate(status, FindMetadata(context.GetServerTrailingMetadata(), kErrorKey));
  return AddCause(translated, core_.options().self, "rpc",
                  absl::StrCat("calling ", core_.options().backend, ", ", ShortName(path_)));
}

std::optional<absl::Duration> Outgoing::RetryDelay(const Status& outcome, bool started) {
  const bool elsewhere = core_.connections().size() > 1;
  // A full queue refused it before it ran: somebody else may have room.
  const bool worthwhile = core_.clock().Steady() - started_ < kMaxAgeOfRetry &&
                          (lost_ || (limited_ && absl::IsDeadlineExceeded(outcome)) ||
                           (elsewhere && ReasonOf(outcome) == "OVERLOADED"));
  if (!worthwhile || started || !safe_ || Stopped() || attempts_ >= core_.options().max_attempts) {
    return std::nullopt;
  }
  absl::Duration delay = absl::ZeroDuration();
  if (!elsewhere || attempts_ > 1)
    delay = absl::Milliseconds(20 + core_.ids().Uniform(50u << attempts_));
  if (core_.clock().Now() + delay >= deadline_) return std::nullopt;
  core_.CountRetry();
  return delay;
}

void Outgoing::Record(const Status& outcome) {
  core_.Record(outcome.code(), core_.clock().Steady() - started_);
}

void Later(absl::Time when, std::function<void()> function) {
  struct Pending {
    grpc::Alarm alarm;
    std::function<void()> function;
  };
  // gRPC keeps an alarm's function as long as the alarm: the emptied holder leaves no circle
  // behind, and an alarm per delay none that is set again while it still rings.
  auto pending = std::make_shared<Pending>();
  pending->function = std::move(function);
  auto holder = std::make_shared<std::shared_ptr<Pending>>(pending);
  HandOver(holder.get());
  pending->alarm.Set(absl::ToChronoTime(when), [holder](bool) {
    TakeOver(holder.get());
    const auto due = std::move(*holder);
    due->function();
  });
}

}  // namespace tstack::rpc
