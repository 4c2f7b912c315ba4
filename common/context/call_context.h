// What every call carries: who asks, under which request id, until when, in which API version.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "tstack/common/v1/context.pb.h"

namespace tstack {

// An OpenStack microversion; {0, 0} = the API has none.
struct ApiVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const ApiVersion&) const = default;
  std::string ToString() const;
  // "2.26"; nullopt for anything else (signs, leading zeros beyond "0", spaces).
  static std::optional<ApiVersion> Parse(std::string_view text);
};

// The identity and the tracing of one request; copied along when work is handed over.
struct RequestContext {
  std::string request_id;         // req-<uuid>, made at the edge
  std::string global_request_id;  // what the client sent as X-OpenStack-Request-ID
  std::string traceparent;        // W3C trace context
  common::v1::AuthContext auth;   // empty user_id: anonymous, or a process acting as itself
  std::string path;               // HTTP path and query of the client, "" inside
  std::string method;             // HTTP verb of the client, "" inside
  std::string idempotency_key;    // client's Idempotency-Key
  int64_t min_auth_seq = 0;       // answers about authority must have seen the sequence up to here
};

// What a handler tells its caller beside the response. One per call, written by the handler's
// thread only.
struct CallState {
  common::v1::ResponseMetadata response;
  // Set by policy::Engine: an rpc with a policy rule whose handler never asked is refused by the
  // wiring.
  bool policy_checked = false;
};

// Passed first to everything that may block. Cheap to copy; the copy shares `state`.
struct CallContext {
  RequestContext request;
  absl::Time deadline = absl::InfiniteFuture();
  std::stop_token stop;
  ApiVersion api_version;
  std::string peer_role;  // "api-gateway", from the peer's certificate; "" in-process
  std::string peer_host;
  std::string policy;          // rule of the matched route, from the descriptor; "" = none
  std::string rpc_method;      // "/tstack.identity.v1.Projects/CreateProject"
  CallState* state = nullptr;  // may be null outside a served call

  // Names one of the route's outcomes ("created").
  void SetOutcome(std::string_view name) const {
    if (state != nullptr) state->response.set_outcome(std::string(name));
  }
};

}  // namespace tstack
