// Serves rpc::Handlers over gRPC: mTLS, permitted callers, signed user contexts, deadlines, bounded
// pools, metrics, traces and error mapping, once for all rpcs (README.md tells the order).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/ids/ids.h"
#include "common/metrics/metrics.h"
#include "common/rpc/handlers.h"
#include "common/rpc/tls.h"
#include "common/time/clock.h"
#include "common/trace/trace.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::rpc {

// Threads that run handlers. A full queue answers kUnavailable with reason OVERLOADED and a retry
// time. A server stream holds one thread of its pool until it ends.
struct PoolOptions {
  std::string name = "default";
  int threads = 16;
  int queue = 256;
};

struct ServerOptions {
  std::string service;   // "identity": audience of user contexts and the backend's name
  std::string instance;  // peers of other installations are refused
  std::string host;      // for cause chains
  std::vector<std::string> addresses;  // "unix:/path" or "host:port"; port 0 takes a free one
  TlsFiles tls;
  std::string context_keys_dir;  // empty: no rpc may carry a user context
  std::vector<PoolOptions> pools = {
      PoolOptions{}};                          // the first serves what `pool_of` does not name
  std::map<std::string, std::string> pool_of;  // rpc or service full name -> pool name
  // Server streams that `pool_of` does not name run here: who reads slowly holds a thread. Empty:
  // with the others.
  std::string stream_pool;
  absl::Duration default_deadline = absl::Seconds(10);
};
// Everything that the configuration file says; `listen` are the addresses of the service's own
// section.
ServerOptions ServerOptionsFrom(const config::v1::Config& config, const std::string& service,
                                const std::string& listen);

// What the server needs from its process; all outlive it. `tracer` may be null.
struct ServerParts {
  metrics::Registry& metrics;
  trace::Tracer* tracer = nullptr;
  const Clock& clock = RealClock();
  IdSource& ids = RealIds();
};

// Serves from Start() until Shutdown(); the destructor calls Shutdown(0).
class Server {
 public:
  virtual ~Server() = default;
  // Listening addresses with real ports, in the order of the options.
  virtual const std::vector<std::string>& addresses() const = 0;
  // Stops accepting, lets running calls finish for `drain`, then cancels them and waits for the
  // handlers to return.
  virtual void Shutdown(absl::Duration drain) = 0;
};

// Takes the handlers. kInvalidArgument for wrong options, kUnavailable if an address cannot be
// bound, kFailedPrecondition if an rpc of a registered service has no handler.
StatusOr<std::unique_ptr<Server>> StartServer(const ServerOptions& options, Handlers handlers,
                                              const ServerParts& parts);

}  // namespace tstack::rpc
