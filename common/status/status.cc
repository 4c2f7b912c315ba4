#include "common/status/status.h"

#include <algorithm>

#include "absl/strings/cord.h"

namespace tstack {
namespace {

// gRPC's own convention for typed details: the payload's key is its type URL.
constexpr char kDetailUrl[] = "type.googleapis.com/tstack.common.v1.ErrorDetail";

absl::string_view View(std::string_view s) { return {s.data(), s.size()}; }

}  // namespace

common::v1::ErrorDetail DetailOf(const Status& status) {
  common::v1::ErrorDetail detail;
  if (auto payload = status.GetPayload(kDetailUrl)) {
    // A payload that does not parse is treated as absent: it may come from a newer peer.
    if (!detail.ParseFromString(std::string(*payload))) detail.Clear();
  }
  return detail;
}

Status WithDetail(const Status& status, const common::v1::ErrorDetail& detail) {
  Status result = status;
  if (!result.ok()) result.SetPayload(kDetailUrl, absl::Cord(detail.SerializeAsString()));
  return result;
}

Status Error(StatusCode code, std::string_view reason, std::string_view message) {
  common::v1::ErrorDetail detail;
  detail.set_reason(std::string(reason));
  return WithDetail(Status(code, View(message)), detail);
}

Status ResourceError(StatusCode code, std::string_view reason, std::string_view type,
                     std::string_view id, std::string_view message) {
  common::v1::ErrorDetail detail;
  detail.set_reason(std::string(reason));
  detail.set_resource_type(std::string(type));
  detail.set_resource_id(std::string(id));
  return WithDetail(Status(code, View(message)), detail);
}

Status FieldError(std::string_view field, std::string_view message) {
  common::v1::ErrorDetail detail;
  detail.set_reason("INVALID_FIELD");
  detail.set_field(std::string(field));
  return WithDetail(Status(StatusCode::kInvalidArgument, View(message)), detail);
}

Status Unavailable(std::string_view reason, std::string_view message, absl::Duration retry_after) {
  constexpr absl::Duration kLongest = absl::Hours(24);  // infinite is no promise to a client
  const absl::Duration whole = absl::Ceil(std::min(retry_after, kLongest), absl::Seconds(1));
  common::v1::ErrorDetail detail;
  detail.set_reason(std::string(reason));
  detail.set_retry_after_seconds(
      static_cast<int>(std::max(int64_t{1}, absl::ToInt64Seconds(whole))));
  return WithDetail(Status(StatusCode::kUnavailable, View(message)), detail);
}

std::string ReasonOf(const Status& status) { return DetailOf(status).reason(); }

Status Annotate(const Status& status, std::string_view context) {
  if (status.ok()) return status;
  std::string message(context);
  message.append(": ").append(status.message().data(), status.message().size());
  Status result(status.code(), message);
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { result.SetPayload(url, payload); });
  return result;
}

Status AddCause(const Status& status, std::string_view hop, std::string_view component,
                std::string_view message) {
  if (status.ok()) return status;
  common::v1::ErrorDetail old = DetailOf(status);
  common::v1::ErrorDetail detail = old;
  detail.clear_causes();
  common::v1::Cause* cause = detail.add_causes();
  cause->set_hop(std::string(hop));
  cause->set_component(std::string(component));
  cause->set_message(std::string(message));
  detail.mutable_causes()->MergeFrom(old.causes());
  return WithDetail(status, detail);
}

}  // namespace tstack
