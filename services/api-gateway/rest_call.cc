#include "services/api-gateway/rest_call.h"

#include <utility>

#include "common/http/target.h"
#include "common/log/log.h"
#include "services/api-gateway/access_log.h"
#include "services/api-gateway/index_page.h"
#include "services/api-gateway/request_headers.h"
#include "services/api-gateway/streamed_list.h"

namespace tstack::gateway {
namespace {

constexpr char kRequestIdHeader[] = "x-openstack-request-id";
// In logs and metrics, for a request whose client went away before it was answered.
constexpr int kClientGone = 499;

Status Overloaded() {
  const Status status = Error(StatusCode::kUnavailable, "GATEWAY_OVERLOADED",
                              "Too many requests are in work, try again in a moment.");
  common::v1::ErrorDetail detail = DetailOf(status);
  detail.set_retry_after_seconds(1);
  return WithDetail(status, detail);
}

}  // namespace

RestCall::RestCall(Gateway& gateway, http::Request request, std::shared_ptr<http::RequestBody> body,
                   http::Responder responder)
    : gateway_(gateway),
      request_(std::move(request)),
      body_(std::move(body)),
      responder_(std::move(responder)),
      started_(gateway.parts().clock.Steady()),
      admitted_(gateway.Enter()),
      place_(gateway.Locate(request_)) {}

RestCall::~RestCall() {
  if (!responder_.answered())
    Fail(Error(StatusCode::kInternal, "UNANSWERED", "a handler gave no answer"));
  if (!accounted_) Account(status_, 0, absl::OkStatus());
  gateway_.Leave();
}

void RestCall::Run() {
  gateway_.parts().metrics.Started();
  Describe();
  exchange_.api = place_.api;
  exchange_.request = &request_;
  if (!admitted_) {
    gateway_.parts().metrics.Refused();
    return Fail(Overloaded());
  }
  if (AnswerOwnPages()) return;
  if (place_.api == nullptr)
    return Fail(Error(StatusCode::kNotFound, "NO_ROUTE", "Nothing is served at this path."));
  OpenApi();
}

// Everything that holds for all requests, whatever they ask for.
void RestCall::Describe() {
  static const std::string kNone;
  origin_ = gateway_.options().origins.Of(
      request_, place_.surface == nullptr ? kNone : place_.surface->public_url);
  RequestContext& request = ctx_.request;
  request.request_id = "req-" + gateway_.parts().ids.Uuid();
  request.global_request_id = GlobalRequestId(request_.headers);
  request.traceparent = Traceparent(request_.headers);
  span_.emplace(gateway_.parts().tracer, request, kRequestSpan);
  request.path = http::RedactTarget(request_.target);
  request.method = request_.method;
  exchange_.request_id = request.request_id;
  ctx_.deadline = gateway_.parts().clock.Now() + gateway_.options().request_timeout;
  ctx_.stop = responder_.Gone();
}

bool RestCall::AnswerOwnPages() {
  if (auto preflight = gateway_.options().cors.Preflight(request_)) {
    Send(*std::move(preflight));
    return true;
  }
  const bool reads = request_.method == "GET" || request_.method == "HEAD";
  const std::string_view path = http::SplitTarget(request_.target).path;
  if (!place_.shared || !reads || exchange_.api != nullptr) return false;
  http::Response response;
  response.headers.Add("Content-Type", "application/json");
  if (path == "/") {
    response.body = IndexPage(gateway_.parts().table, origin_.base_url);
  } else if (path == "/openapi.json" && !gateway_.options().openapi.empty()) {
    response.body = gateway_.options().openapi;
  } else {
    return false;
  }
  Send(std::move(response));
  return true;
}

void RestCall::OpenApi() {
  contract::OpenOptions options;
  options.request_id = ctx_.request.request_id;
  options.prefix_length = place_.prefix_length;
  options.base_url = place_.shared ? origin_.base_url + place_.api->prefix : origin_.base_url;
  const std::string& shared_url = gateway_.options().public_url;
  if (place_.shared)
    options.identity_url = gateway_.IdentityUrl(origin_.base_url);
  else if (!shared_url.empty())
    options.identity_url = gateway_.IdentityUrl(shared_url);
  const Status status = transcoder().Open(request_, *place_.api, options, exchange_);
  if (!status.ok()) return Fail(status);
  if (exchange_.answer) return Send(*std::move(exchange_.answer));
  Authenticate();
}

void RestCall::Authenticate() {
  ctx_.api_version = exchange_.version;
  if (exchange_.auth == contract::Auth::kNone) return Perform();
  auto token = TokenHeader(request_.headers, "X-Auth-Token");
  auto service_token = TokenHeader(request_.headers, "X-Service-Token");
  if (!token.ok()) return Fail(token.status());
  if (!service_token.ok()) return Fail(service_token.status());
  if (exchange_.auth == contract::Auth::kOptional && token->empty()) return Perform();
  gateway_.parts().authenticator.Authenticate(
      ctx_.request, *token, *service_token,
      [self = shared_from_this()](const StatusOr<SharedAuth>& auth) {
        if (!auth.ok()) return self->Fail(auth.status());
        self->ctx_.request.auth = **auth;
        self->Perform();
      });
}

void RestCall::Perform() {
  auto call = transcoder().Read(exchange_);
  if (!call.ok()) return Fail(call.status());
  call_ = *std::move(call);
  const api::Route& option = call_.route->option;
  auto key = IdempotencyKey(request_.headers);
  if (!key.ok()) return Fail(key.status());
  if (!option.no_idempotency()) ctx_.request.idempotency_key = *std::move(key);
  ctx_.policy = option.policy();
  ctx_.request.min_auth_seq = gateway_.parts().authenticator.NewestSeq();
  const auto backend = gateway_.parts().backends.find(call_.route->backend);
  if (backend == gateway_.parts().backends.end())
    return Fail(Error(StatusCode::kUnavailable, "BACKEND_UNAVAILABLE", "no such backend"));
  backend_ = backend->second.get();
  if (option.raw().empty()) return CallBackend();
  gateway_.parts().raw_handlers.find(option.raw())->second(shared_from_this());
}

rpc::CallOptions RestCall::call_options() const {
  return {call_.route->index, &gateway_.parts().signer};
}

void RestCall::CallBackend() {
  if (call_.route->streaming) return StreamedList::Run(shared_from_this());
  backend_->CallAsync(
      ctx_, call_.route->rpc_path, call_.request_bytes, call_options(),
      [self = shared_from_this()](StatusOr<rpc::Reply> reply) {
        if (!reply.ok()) return self->Fail(reply.status());
        self->gateway_.parts().authenticator.Learn(reply->metadata);
        auto response =
            self->transcoder().Respond(self->exchange_, self->call_, reply->bytes, reply->metadata);
        response.ok() ? self->Send(*std::move(response)) : self->Fail(response.status());
      });
}

void RestCall::Send(http::Response response) {
  Finish(response.headers);
  Account(response.status, response.body.size(), absl::OkStatus());
  responder_.Send(std::move(response));
}

http::ResponseStream RestCall::Start(http::Response head) {
  Finish(head.headers);
  status_ = head.status;
  return responder_.Start(std::move(head));
}

void RestCall::Fail(const Status& status) {
  http::Response response = transcoder().RespondError(exchange_, status);
  if (ctx_.stop.stop_requested()) {
    // Nobody reads it: no fault of a backend, and not to be counted as one.
    Account(kClientGone, 0, absl::OkStatus());
  } else if (response.status >= 500) {
    log::Warn(ctx_, "request_failed", {{"status", response.status}, {"error", status}},
              "answered with a server error");
  }
  Send(std::move(response));
}

void RestCall::Finish(http::Headers& headers) {
  if (!headers.Find(kRequestIdHeader)) headers.Add(kRequestIdHeader, ctx_.request.request_id);
  gateway_.options().cors.Allow(request_, headers);
}

void RestCall::StreamEnded(size_t bytes, const Status& status) { Account(status_, bytes, status); }

void RestCall::Account(int status, size_t bytes, const Status& status_of_stream) {
  if (std::exchange(accounted_, true)) return;
  if (span_ && !status_of_stream.ok()) span_->SetStatus(status_of_stream);
  span_.reset();
  const absl::Duration duration = gateway_.parts().clock.Steady() - started_;
  gateway_.parts().metrics.Finished(Gateway::LabelOf(exchange_.api), status, duration);
  LogAccess(ctx_, {.request = request_,
                   .status = status,
                   .bytes = bytes,
                   .duration = duration,
                   .client = origin_.client,
                   .stream = status_of_stream});
}

}  // namespace tstack::gateway
