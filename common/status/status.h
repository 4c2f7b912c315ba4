// The error vocabulary of the whole project.
//
// Functions that can fail return absl::Status or absl::StatusOr<T>. The code says what the caller
// can do, the reason says why in a stable word, the message is for people. A status carries its
// reason, the resource and the chain of causes as a tstack.common.v1.ErrorDetail payload, so they
// survive every hop. Services never mention HTTP numbers: the gateway's dialect derives them from
// (code, reason).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "tstack/common/v1/error.pb.h"

namespace tstack {

using absl::Status;
using absl::StatusCode;
using absl::StatusOr;

// Makes an error with a stable upper-snake-case `reason` ("QUOTA_EXCEEDED"). `code` must not be
// kOk.
Status Error(StatusCode code, std::string_view reason, std::string_view message);

// As Error, about one resource: type "project", its id or the name the client gave.
Status ResourceError(StatusCode code, std::string_view reason, std::string_view type,
                     std::string_view id, std::string_view message);

// kInvalidArgument about one field by its JSON name ("project.name"); reason INVALID_FIELD.
Status FieldError(std::string_view field, std::string_view message);

// kUnavailable that the caller may try again after `retry_after`: told in whole seconds, rounded
// up, at least one.
Status Unavailable(std::string_view reason, std::string_view message, absl::Duration retry_after);

// The payload; empty detail if there is none.
common::v1::ErrorDetail DetailOf(const Status& status);
Status WithDetail(const Status& status, const common::v1::ErrorDetail& detail);

// The stable reason, "" if none was given.
std::string ReasonOf(const Status& status);

// Prepends context to the message, keeps code and payload; OK stays OK.
Status Annotate(const Status& status, std::string_view context);

// Adds one link to the cause chain, outermost first; OK stays OK.
Status AddCause(const Status& status, std::string_view hop, std::string_view component,
                std::string_view message);

}  // namespace tstack

#define TSTACK_CONCAT_(a, b) a##b
#define TSTACK_CONCAT(a, b) TSTACK_CONCAT_(a, b)

// Returns from the function with the status of `expr` unless it is OK.
#define RETURN_IF_ERROR(expr)                        \
  do {                                               \
    ::absl::Status tstack_status_ = (expr);          \
    if (!tstack_status_.ok()) return tstack_status_; \
  } while (false)

// ASSIGN_OR_RETURN(auto x, Expr()): declares or assigns x, or returns the error.
#define ASSIGN_OR_RETURN(lhs, expr) \
  TSTACK_ASSIGN_OR_RETURN_(TSTACK_CONCAT(tstack_or_, __LINE__), lhs, expr)
#define TSTACK_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                             \
  if (!tmp.ok()) return std::move(tmp).status(); \
  lhs = *std::move(tmp)
