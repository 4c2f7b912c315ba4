// Transcoder::RespondError: any status as the dialect says it.
#include "absl/strings/str_join.h"

#include "common/contract/answer.h"
#include "common/contract/dialect.h"
#include "common/contract/reasons.h"
#include "common/contract/transcoder.h"

namespace tstack::contract {
namespace {

constexpr int kDefaultRetrySeconds = 1;

// What went wrong inside is for the log, not for the tenant.
bool IsInternal(StatusCode code) {
  return code == StatusCode::kInternal || code == StatusCode::kUnknown ||
         code == StatusCode::kDataLoss;
}

// 401 has one text for every cause: it must not tell a wrong password from an unknown user.
constexpr char kUnauthenticated[] = "The request you have made requires authentication.";

std::string MessageOf(const Status& status, const Exchange& exchange) {
  if (IsInternal(status.code())) {
    return "The server failed to handle the request; it is logged as " + exchange.request_id + ".";
  }
  if (status.code() == StatusCode::kUnauthenticated) return kUnauthenticated;
  return std::string(status.message());
}

ErrorView ViewOf(const Exchange& exchange, const Status& status) {
  const auto detail = DetailOf(status);
  ErrorView view;
  view.reason = detail.reason();
  view.resource_type = detail.resource_type();
  view.http_status = exchange.dialect().StatusOf(status.code(), view.reason);
  view.message = MessageOf(status, exchange);
  view.retry_after_seconds = detail.retry_after_seconds();
  return view;
}

void AddVersionEcho(const Exchange& exchange, http::Headers& headers) {
  if (exchange.api == nullptr) return;
  if (!exchange.requested_version.empty()) {
    exchange.dialect().AddVersionHeaders(exchange, exchange.requested_version, headers);
  } else if (exchange.negotiated) {
    exchange.dialect().AddVersionHeaders(exchange, exchange.version.ToString(), headers);
  }
}

}  // namespace

http::Response Transcoder::RespondError(const Exchange& exchange, const Status& status) const {
  const ErrorView view = ViewOf(exchange, status);
  http::Response response;
  response.status = view.http_status;
  exchange.dialect().WriteError(exchange, view, response);
  AddVersionEcho(exchange, response.headers);
  exchange.dialect().AddStandardHeaders(exchange, response.headers);
  response.headers.Add("x-openstack-request-id", exchange.request_id);
  if (view.http_status == 405) {
    response.headers.Set("Allow", absl::StrJoin(exchange.match.allowed_verbs, ", "));
  }
  if (view.http_status == 503 || view.http_status == 429) {
    const int seconds =
        view.retry_after_seconds > 0 ? view.retry_after_seconds : kDefaultRetrySeconds;
    response.headers.Set("Retry-After", std::to_string(seconds));
  }
  if (exchange.head()) DropBody(response);
  return response;
}

}  // namespace tstack::contract
