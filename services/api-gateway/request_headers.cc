#include "services/api-gateway/request_headers.h"

#include <algorithm>

#include "common/contract/reasons.h"
#include "common/ids/uuid.h"
#include "common/trace/trace.h"

namespace tstack::gateway {
namespace {

constexpr size_t kMaxIdempotencyKey = 255;
constexpr size_t kMaxToken = 8192;

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Status BadHeader(const std::string& message) {
  return Error(StatusCode::kInvalidArgument, contract::kInvalidHeader, message);
}

}  // namespace

std::string GlobalRequestId(const http::Headers& headers) {
  const std::string_view id = headers.Find("X-OpenStack-Request-ID").value_or("");
  constexpr std::string_view kPrefix = "req-";
  if (id.substr(0, kPrefix.size()) != kPrefix || !IsUuid(id.substr(kPrefix.size()))) return "";
  return std::string(id);
}

std::string Traceparent(const http::Headers& headers) {
  const auto value = headers.Find("traceparent");
  if (!value || !trace::ParseTraceparent(*value)) return "";
  return std::string(*value);
}

StatusOr<std::string> IdempotencyKey(const http::Headers& headers) {
  const auto values = headers.FindAll("Idempotency-Key");
  if (values.empty()) return std::string();
  const std::string key(values.front());
  if (values.size() > 1 || key.empty() || key.size() > kMaxIdempotencyKey || !IsPrintable(key))
    return BadHeader("Idempotency-Key must be one value of 1 to 255 printable ASCII characters.");
  return key;
}

StatusOr<std::string> TokenHeader(const http::Headers& headers, std::string_view name) {
  const auto values = headers.FindAll(name);
  if (values.empty()) return std::string();
  if (std::any_of(values.begin(), values.end(), [&](auto v) { return v != values.front(); }))
    return BadHeader("The header " + std::string(name) + " is given twice.");
  if (values.front().size() > kMaxToken)
    return BadHeader("The header " + std::string(name) + " is too long.");
  if (!IsPrintable(values.front()))  // it travels as a text of a message
    return BadHeader("The header " + std::string(name) + " is not printable ASCII.");
  return std::string(values.front());
}

}  // namespace tstack::gateway
