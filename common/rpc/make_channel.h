// Makes the production Channel (gRPC with mTLS).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/ids/ids.h"
#include "common/metrics/metrics.h"
#include "common/rpc/channel.h"
#include "common/rpc/tls.h"
#include "common/time/clock.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::rpc {

struct ChannelOptions {
  std::string backend;  // "identity": the role its certificate must carry, the audience of contexts
  std::vector<std::string> addresses;  // "unix:/path" or "host:port"
  TlsFiles tls;
  std::string self;      // "api-gateway@host1", the hop named in cause chains
  int max_attempts = 3;  // of safe rpcs, the first included
};
// kNotFound if config.backends has no such backend.
StatusOr<ChannelOptions> ChannelOptionsFrom(const config::v1::Config& config,
                                            const std::string& backend,
                                            const std::string& own_role);

struct ChannelParts {
  metrics::Registry& metrics;
  IdSource& ids = RealIds();
  const Clock& clock = RealClock();
};

// Connects lazily: an unreachable backend is no error here. Several channels to one backend share
// nothing. Destroying it cancels what is running and waits until every `done` has returned; never
// destroy it inside a `done`.
StatusOr<std::unique_ptr<Channel>> MakeChannel(const ChannelOptions& options,
                                               const ChannelParts& parts);

}  // namespace tstack::rpc
