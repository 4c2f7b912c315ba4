// Both ends of the supervisor's unix socket: messages with their length in front.
#pragma once

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "google/protobuf/message.h"

#include "common/status/status.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::supervisor {

// Length and bytes.
std::string Frame(const google::protobuf::Message& message);
// Takes one complete message off the front of `buffer`; nullopt if it is not complete yet,
// kInvalidArgument if it can never be one (too long, unparsable).
StatusOr<std::optional<v1::Request>> TakeRequest(std::string& buffer);

// Listens on a unix socket that only this user may open; replaces a stale one. The file descriptor
// is non-blocking.
StatusOr<int> ListenOn(const std::string& path);

// Asks the supervisor; waits for its answer at most `timeout`. kUnavailable if nobody listens; the
// reply's own error is returned as kFailedPrecondition.
StatusOr<v1::Reply> Ask(const std::string& path, const v1::Request& request,
                        absl::Duration timeout = absl::Seconds(10));

}  // namespace tstack::supervisor
