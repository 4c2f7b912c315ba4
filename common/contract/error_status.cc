#include "common/contract/error_status.h"

#include <utility>

#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

// Reasons that mean one status whatever the code is.
constexpr std::pair<std::string_view, int> kByReason[] = {
    {kNoRoute, 404},
    {kNoMethod, 405},
    {kNotInVersion, 404},
    {kGone, 410},
    {kVersionMalformed, 400},
    {kVersionUnsupported, 406},
    {kMediaType, 415},
    {"REVISION_MISMATCH", 412},
    {"BODY_TOO_LARGE", 413},
    {"IDEMPOTENCY_MISMATCH", 422},
    {"RATE_LIMITED", 429},
    {"HEADERS_TOO_LARGE", 431},
    {"REQUEST_TIMEOUT", 408},
    // Nobody answered, or nobody began: worth another try, which 504 would not say.
    {"BACKEND_TIMEOUT", 503},
    {"WAITED_TOO_LONG", 503},
};

int ByCode(StatusCode code) {
  switch (code) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
      return 400;
    case StatusCode::kUnauthenticated:
      return 401;
    case StatusCode::kPermissionDenied:
      return 403;
    case StatusCode::kNotFound:
      return 404;
    case StatusCode::kAlreadyExists:
    case StatusCode::kAborted:
    case StatusCode::kFailedPrecondition:
      return 409;
    case StatusCode::kUnimplemented:
      return 501;
    case StatusCode::kDeadlineExceeded:
      return 504;
    case StatusCode::kUnavailable:
    case StatusCode::kResourceExhausted:
    case StatusCode::kCancelled:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

int CommonHttpStatus(StatusCode code, std::string_view reason) {
  for (const auto& [name, status] : kByReason) {
    if (name == reason) return status;
  }
  return ByCode(code);
}

bool IsQuotaReason(std::string_view reason) {
  return reason.find("QUOTA") != std::string_view::npos || reason.ends_with("LIMIT_EXCEEDED");
}

}  // namespace tstack::contract
