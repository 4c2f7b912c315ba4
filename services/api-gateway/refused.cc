#include "services/api-gateway/refused.h"

#include "common/http/target.h"
#include "services/api-gateway/access_log.h"

namespace tstack::gateway {
namespace {

Status ReasonFor(int status) {
  switch (status) {
    case 408:
      return Error(StatusCode::kDeadlineExceeded, "REQUEST_TIMEOUT", "The request took too long.");
    case 413:
      return Error(StatusCode::kInvalidArgument, "BODY_TOO_LARGE",
                   "The request body is too large.");
    case 431:
      return Error(StatusCode::kInvalidArgument, "HEADERS_TOO_LARGE",
                   "The request's header fields are too large.");
    case 500:
      return Error(StatusCode::kInternal, "UNANSWERED", "no answer was given");
    default:
      return Error(StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
                   "The request cannot be understood.");
  }
}

}  // namespace

http::Response RefusedAnswer(const Gateway& gateway, const http::Request& head, int status) {
  CallContext ctx;
  ctx.request.request_id = "req-" + gateway.parts().ids.Uuid();
  ctx.request.method = head.method;
  ctx.request.path = http::RedactTarget(head.target);
  contract::Exchange exchange;
  exchange.request = &head;
  exchange.request_id = ctx.request.request_id;
  exchange.api = gateway.Locate(head).api;
  http::Response response = gateway.transcoder().RespondError(exchange, ReasonFor(status));
  response.status = status;
  gateway.options().cors.Allow(head, response.headers);
  gateway.parts().metrics.Malformed(Gateway::LabelOf(exchange.api), status);
  LogAccess(ctx, {.request = head,
                  .status = status,
                  .bytes = response.body.size(),
                  .duration = absl::ZeroDuration(),
                  .client = gateway.options().origins.Of(head, "").client,
                  .stream = absl::OkStatus()});
  return response;
}

}  // namespace tstack::gateway
