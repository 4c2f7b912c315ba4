// Everything that is decided about a call before its handler runs. Knows no gRPC.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"

#include "common/context/call_context.h"
#include "common/ids/ids.h"
#include "common/rpc/context_signer.h"
#include "common/rpc/tls.h"
#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::rpc {

// What arrived with a call.
struct Arrival {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string path;                              // "/package.Service/Method"
  std::string_view call_bytes;                   // CallMetadata
  std::string_view context_bytes;                // SignedUserContext
  absl::Time deadline = absl::InfiniteFuture();  // the caller's
  PeerIdentity peer;
};

// kPermissionDenied with reason CALLER_NOT_PERMITTED unless the peer belongs to the instance and
// its role is among the rpc's callers.
Status CheckCaller(const google::protobuf::MethodDescriptor& method, const PeerIdentity& peer,
                   std::string_view instance);

// The context that the handler gets, without `stop` and `state`. kUnauthenticated for a wrong user
// context, kInvalidArgument for metadata that make no sense. An absent user context gives an
// anonymous one.
StatusOr<CallContext> AdmitCall(const Arrival& arrival, std::string_view request_bytes,
                                absl::Duration default_deadline, ContextVerifier& verifier,
                                IdSource& ids, const Clock& clock);

}  // namespace tstack::rpc
