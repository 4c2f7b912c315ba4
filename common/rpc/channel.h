// How a process calls another: by method name and message, with the context, the deadline, tracing
// and retries of safe calls added here once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"

#include "common/context/call_context.h"
#include "common/status/status.h"
#include "tstack/common/v1/context.pb.h"

namespace tstack::rpc {

// The raw answer of a unary call.
struct Reply {
  std::string bytes;
  common::v1::ResponseMetadata metadata;
};

// Who signs the user contexts of outgoing calls. The gateway's implementation holds the key;
// services have none.
class ContextSigner {
 public:
  virtual ~ContextSigner() = default;
  // Serialized common.v1.SignedUserContext for one request.
  virtual std::string Sign(const common::v1::AuthContext& auth, std::string_view audience,
                           std::string_view method, std::string_view request_bytes) const = 0;
};

struct CallOptions {
  int route = 0;                          // index of the matched route option
  const ContextSigner* signer = nullptr;  // null: no user context travels
};

// Connections to one backend (all its addresses, round-robin, keepalive, mTLS). Thread-safe.
// Errors: the callee's status with its payload and one more cause; kUnavailable with reason
// BACKEND_UNAVAILABLE if nobody can be reached, kDeadlineExceeded with reason BACKEND_TIMEOUT.
// Calls whose rpc is `safe` are sent again on another connection after a transport failure while
// ctx.deadline allows.
class Channel {
 public:
  virtual ~Channel() = default;

  using Done = std::function<void(StatusOr<Reply>)>;
  // Never blocks; `done` runs on a thread of the channel and must not block either.
  virtual void CallAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                         const CallOptions& options, Done done) = 0;

  // Server stream: `on_item` gets each serialized item in order; returning false cancels. `done`
  // comes last, once.
  virtual void StreamAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                           const CallOptions& options,
                           std::function<bool(std::string item_bytes)> on_item,
                           std::function<void(Status, common::v1::ResponseMetadata)> done) = 0;

  // The same for a receiver that has to wait between items and must not block the channel's
  // threads: it calls `next` once for each item, now or later and from any thread: true for the
  // next item, false to cancel. Until then the sender is held back. This default blocks in
  // StreamAsync.
  using Next = std::function<void(bool more)>;
  virtual void PacedStreamAsync(const CallContext& ctx, std::string_view path,
                                std::string request_bytes, const CallOptions& options,
                                std::function<void(std::string item_bytes, Next next)> on_item,
                                std::function<void(Status, common::v1::ResponseMetadata)> done);

  // Blocks until the answer, the deadline or ctx.stop.
  StatusOr<Reply> Call(const CallContext& ctx, std::string_view path,
                       const google::protobuf::Message& request, const CallOptions& options = {});

  template <typename Response>
  StatusOr<Response> Call(const CallContext& ctx, std::string_view path,
                          const google::protobuf::Message& request,
                          const CallOptions& options = {}) {
    auto reply = Call(ctx, path, request, options);
    if (!reply.ok()) return reply.status();
    Response response;
    if (!response.ParseFromString(reply->bytes))
      return Error(StatusCode::kInternal, "BAD_REPLY", "the answer cannot be parsed");
    return response;
  }
};

}  // namespace tstack::rpc
