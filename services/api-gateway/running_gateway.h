// A gateway put together from its configuration: what main.cc runs and what tests start in process.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/http/server.h"
#include "common/ids/ids.h"
#include "common/metrics/metrics.h"
#include "common/rpc/channel.h"
#include "common/time/clock.h"
#include "common/trace/trace.h"
#include "services/api-gateway/auth_watcher.h"
#include "services/api-gateway/gateway.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::gateway {

// What differs between production and tests.
struct GatewayEnvironment {
  metrics::Registry& metrics;
  // A channel to the named backend.
  std::function<StatusOr<std::unique_ptr<rpc::Channel>>(const std::string& backend)> connect;
  std::unique_ptr<rpc::ContextSigner> signer;
  std::stop_token stop = {};  // cuts the wait for identity at the start
  RawHandlers raw_handlers = MakeRawHandlers();
  // Full names of the proto services to serve; empty: all that are compiled in and have a backend.
  std::vector<std::string> services;
  IdSource& ids = RealIds();
  const Clock& clock = RealClock();
  Sleeper& sleeper = RealSleeper();
  trace::Tracer* tracer = nullptr;  // null: no trace starts here
};

class RunningGateway {
 public:
  // Serves when it returns. Listens only when tokens can be checked: of several gateways that share
  // a port none takes requests before it is ready; after a few seconds without identity it listens
  // all the same, and answers 503. kInvalidArgument or kFailedPrecondition list what is wrong with
  // the configuration or the contract; kUnavailable if a port is taken.
  static StatusOr<std::unique_ptr<RunningGateway>> Start(const config::v1::Config& config,
                                                         GatewayEnvironment environment);
  ~RunningGateway();

  const std::vector<std::string>& addresses() const { return server_->addresses(); }
  // For /readyz: tokens can be checked, and nobody has asked to stop.
  Status Ready() const;
  // Not ready from now on; answers ask clients to close. Then waits for `notice`, stops accepting
  // and lets running requests finish for at most `drain`.
  void Drain(absl::Duration notice, absl::Duration drain);

  TokenCache& cache() { return cache_; }

 private:
  RunningGateway(const config::v1::Gateway& config, GatewayEnvironment environment);
  Status Assemble(const config::v1::Config& config);
  Status ConnectBackends();
  void AwaitIdentity();

  GatewayEnvironment environment_;
  TokenCache cache_;
  std::unique_ptr<contract::RouteTable> table_;
  std::unique_ptr<GatewayMetrics> metrics_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<Authenticator> authenticator_;
  // Destroyed before what their answers go to: a channel waits for its calls.
  Backends backends_;
  std::unique_ptr<AuthWatcher> watcher_;
  std::unique_ptr<http::Server> server_;
  std::atomic<bool> draining_{false};
};

}  // namespace tstack::gateway
