// All parts of the identity service, put together once: for main.cc and for tests of the whole
// service.
#pragma once

#include <memory>
#include <stop_token>
#include <string_view>

#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/metrics/metrics.h"
#include "common/policy/policy.h"
#include "common/rpc/handlers.h"
#include "common/rpc/server.h"
#include "common/status/status.h"
#include "common/time/clock.h"
#include "services/identity/tokens/key_ring.h"
#include "tstack/config/v1/identity.pb.h"

namespace tstack::identity {

// All must outlive the service.
struct ServiceParts {
  db::Database& database;
  const ::tstack::policy::Engine& policy;
  metrics::Registry& metrics;
  Clock& clock = RealClock();
  Sleeper& sleeper = RealSleeper();
  IdSource& ids = RealIds();
};

class IdentityService {
 public:
  virtual ~IdentityService() = default;
  // The handlers of every rpc; they refer to this object.
  virtual rpc::Handlers MakeHandlers() = 0;
  // Background work: fresh token keys, the change feed, housekeeping. Call once; ends when `stop`
  // is requested and is joined by the destructor.
  virtual void Start(std::stop_token stop) = 0;
  // For /readyz. OK once the token keys were read.
  virtual Status CheckKeys() = 0;
  // OK while the database can be asked; at most a second.
  virtual Status CheckDatabase() = 0;
};

// `config` is complete (defaults filled in). `master_key`: 32 bytes.
std::unique_ptr<IdentityService> MakeIdentityService(const config::v1::Identity& config,
                                                     std::string_view master_key,
                                                     const ServiceParts& parts);

// For the service, and for a rotation by hand.
tokens::KeyRingOptions KeyRingOptionsOf(const config::v1::Identity& config);

// Beside the usual pool (rpc.threads, rpc.queue): threads of their own for token checks, for lists,
// whose readers may be slow, for what hashes a password, and for watching gateways. None of them
// can starve another.
void AddPools(const config::v1::Identity& config, rpc::ServerOptions& options);

}  // namespace tstack::identity
