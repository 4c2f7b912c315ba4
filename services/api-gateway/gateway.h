// The API gateway: HTTP in, rpc out, for every route of the contract. Stateless but for the token
// cache; knows no resource.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/contract/route_table.h"
#include "common/contract/transcoder.h"
#include "common/http/server.h"
#include "common/ids/ids.h"
#include "common/rpc/channel.h"
#include "common/time/clock.h"
#include "common/trace/trace.h"
#include "services/api-gateway/authenticator.h"
#include "services/api-gateway/base_url.h"
#include "services/api-gateway/cors.h"
#include "services/api-gateway/gateway_metrics.h"
#include "services/api-gateway/raw_handlers.h"
#include "services/api-gateway/surfaces.h"

namespace tstack::gateway {

// Channels by backend name.
using Backends = std::map<std::string, std::unique_ptr<rpc::Channel>, std::less<>>;

struct GatewayOptions {
  Surfaces surfaces;
  OriginRules origins;
  Cors cors;
  int max_in_flight = 1024;
  absl::Duration request_timeout = absl::Seconds(60);
  std::string public_url;  // of the shared port, "" = from the request
  std::string openapi;     // JSON text
};

// What a gateway stands on; everything outlives it and its server.
struct GatewayParts {
  const contract::RouteTable& table;
  const Backends& backends;
  Authenticator& authenticator;
  const rpc::ContextSigner& signer;
  const RawHandlers& raw_handlers;
  GatewayMetrics& metrics;
  IdSource& ids;
  const Clock& clock;
  trace::Tracer* tracer = nullptr;
};

// The span of a whole request; the first of its trace, unless the client sent one.
inline constexpr char kRequestSpan[] = "request";

class Gateway {
 public:
  Gateway(GatewayOptions options, const GatewayParts& parts);
  // Waits for all requests: a channel may drop the last reference to one after its answer.
  ~Gateway();

  // For http::Server; the gateway outlives the server, and the channels outlive both.
  http::ServerCallbacks Callbacks();

  const GatewayOptions& options() const { return options_; }
  const GatewayParts& parts() const { return parts_; }
  const contract::Transcoder& transcoder() const { return transcoder_; }

  // Where identity is reached by clients that come by `shared_base`; "" if it has no API here.
  std::string IdentityUrl(const std::string& shared_base) const {
    return identity_prefix_ ? shared_base + *identity_prefix_ : std::string();
  }

  // A request that a listener's surface maps to an API; `api` null: none.
  struct Place {
    const Surface* surface = nullptr;  // null: a listener without one
    const contract::RestApi* api = nullptr;
    size_t prefix_length = 0;
    bool shared = false;
  };
  Place Locate(const http::Request& request) const;
  // For metrics.
  static std::string_view LabelOf(const contract::RestApi* api) {
    return api == nullptr ? std::string_view("other") : std::string_view(api->prefix);
  }

  // One more request in work; false if there are too many. Leave() comes last in its life in both
  // cases: the gateway outlives its requests.
  bool Enter();
  void Leave();

 private:
  void Handle(http::Request request, std::shared_ptr<http::RequestBody> body,
              http::Responder responder);
  bool WantsStream(const http::Request& head) const;

  const GatewayOptions options_;
  const GatewayParts parts_;
  const contract::Transcoder transcoder_;
  const std::optional<std::string> identity_prefix_;
  absl::Mutex mutex_;
  int in_work_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Name of the backend that answers for tokens, from the contract.
std::string AuthorityBackend();

}  // namespace tstack::gateway
