#include "services/api-gateway/rest_call.h"

#include <utility>

#include "common/http/target.h"
#include "common/log/log.h"
#include "services/api-gateway/index_page.h"
#include "services/api-gateway/request_headers.h"
#include "services/api-gateway/streamed_list.h"

namespace tstack::gateway {
namespace {

constexpr char kRequestIdHeader[] = "x-openstack-request-id";

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
      admitted_(gateway.Enter()) {}

RestCall::~RestCall() {
  if (!responder_.answered())
    Fail(Error(StatusCode::kInternal, "UNANSWERED", "a handler gave no answer"));
  if (!accounted_) Account(status_, 0, absl::OkStatus());
  gateway_.Leave();
}

void RestCall::Run() {
  gateway_.parts().metrics.Started();
  Describe();
  const Gateway::Place place = gateway_.Locate(request_);
  exchange_.api = place.api;
  exchange_.request = &request_;
  if (!admitted_) {
    gateway_.parts().metrics.Refused();
    return Fail(Overloaded());
  }
  if (AnswerOwnPages()) return;
  if (place.api == nullptr)
    return Fail(Error(StatusCode::kNotFound, "NO_ROUTE", "Nothing is served at this path."));
  OpenApi(place);
}

// Everything that holds for all requests, whatever they ask for.
void RestCall::Describe() {
  const auto& surfaces = gateway_.options().surfaces;
  const auto surface = surfaces.find(request_.listener);
  origin_ = gateway_.options().origins.Of(
      request_, surface == surfaces.end() ? std::string() : surface->second.public_url);
  RequestContext& request = ctx_.request;
  request.request_id = "req-" + gateway_.parts().ids.Uuid();
  request.global_request_id = GlobalRequestId(request_.headers);
  request.traceparent = Traceparent(request_.headers);
  span_.emplace(gateway_.parts().tracer, request, kRequestSpan);
  request.path = http::RedactTarget(request_.target);
  request.method = request_.method;
  exchange_.request_id = request.request_id;
  ctx_.deadline = gateway_.parts().clock.Now() + gateway_.options().request_timeout;
}

bool RestCall::AnswerOwnPages() {
  if (auto preflight = gateway_.options().cors.Preflight(request_)) {
    Send(*std::move(preflight));
    return true;
  }
  const bool shared = gateway_.Locate(request_).shared;
  const bool reads = request_.method == "GET" || request_.method == "HEAD";
  const std::string_view path = http::SplitTarget(request_.target).path;
  if (!shared || !reads || exchange_.api != nullptr) return false;
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

void RestCall::OpenApi(const Gateway::Place& place) {
  contract::OpenOptions options;
  options.request_id = ctx_.request.request_id;
  options.prefix_length = place.prefix_length;
  options.base_url = place.shared ? origin_.base_url + place.api->prefix : origin_.base_url;
  const std::string& shared_url = gateway_.options().public_url;
  if (place.shared)
    options.identity_url = gateway_.IdentityUrl(origin_.base_url);
  else if (!shared_url.empty())
    options.identity_url = gateway_.IdentityUrl(shared_url);
  const Status status = transcoder().Open(request_, *place.api, options, exchange_);
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
  if (response.status >= 500) {
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
  const std::string api = exchange_.api == nullptr ? "other" : exchange_.api->prefix;
  gateway_.parts().metrics.Finished(api, status, duration);
  log::Fields fields = {{"method", request_.method},
                        {"path", ctx_.request.path},
                        {"status", status},
                        {"duration_ms", absl::ToDoubleMilliseconds(duration)},
                        {"bytes", bytes},
                        {"client", origin_.client},
                        {"listener", request_.listener}};
  if (!ctx_.request.global_request_id.empty())
    fields.push_back({"global_request_id", ctx_.request.global_request_id});
  if (!status_of_stream.ok()) fields.push_back({"error", status_of_stream});
  log::Info(ctx_, "request", fields);
}

http::Response RefusedAnswer(const Gateway& gateway, const http::Request& head, int status) {
  Status reason =
      Error(StatusCode::kInvalidArgument, "MALFORMED_REQUEST", "The request cannot be understood.");
  if (status == 408)
    reason = Error(StatusCode::kDeadlineExceeded, "REQUEST_TIMEOUT", "The request took too long.");
  if (status == 413)
    reason =
        Error(StatusCode::kInvalidArgument, "BODY_TOO_LARGE", "The request body is too large.");
  if (status == 431)
    reason = Error(StatusCode::kInvalidArgument, "HEADERS_TOO_LARGE",
                   "The request's header fields are too large.");
  if (status == 500) reason = Error(StatusCode::kInternal, "UNANSWERED", "no answer was given");
  contract::Exchange exchange;
  exchange.request = &head;
  exchange.request_id = "req-" + gateway.parts().ids.Uuid();
  exchange.api = gateway.Locate(head).api;
  http::Response response = gateway.transcoder().RespondError(exchange, reason);
  response.status = status;
  log::Info("request_refused", {{"request_id", exchange.request_id},
                                {"status", status},
                                {"client", head.remote_address},
                                {"listener", head.listener}});
  return response;
}

}  // namespace tstack::gateway
