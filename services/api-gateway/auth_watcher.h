// Keeps one WatchAuth stream from identity running and feeds it to the token cache. A stream that
// ends or falls silent is opened again, at whichever identity answers, from the last applied
// change.
#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <thread>

#include "common/ids/ids.h"
#include "common/rpc/channel.h"
#include "common/time/clock.h"
#include "services/api-gateway/token_cache.h"

namespace tstack::gateway {

struct AuthWatcherOptions {
  absl::Duration silence = absl::Seconds(2);  // identity beats five times a second
  absl::Duration first_pause = absl::Milliseconds(50);
  // Short: it is what a gateway adds to the time that identity takes to come back.
  absl::Duration longest_pause = absl::Milliseconds(300);
};

class AuthWatcher {
 public:
  // Starts its thread. Everything given outlives it.
  AuthWatcher(rpc::Channel& identity, TokenCache& cache, IdSource& ids, Sleeper& sleeper,
              const AuthWatcherOptions& options = {});
  // Cancels the stream and waits.
  ~AuthWatcher();

  // Streams that were opened so far.
  int streams() const { return streams_; }

 private:
  struct Stream;
  void Run(std::stop_token stop);
  // Returns when the stream has ended. True if it brought anything.
  bool Watch(std::stop_token stop);

  rpc::Channel& identity_;
  TokenCache& cache_;
  IdSource& ids_;
  Sleeper& sleeper_;
  const AuthWatcherOptions options_;
  std::atomic<int> streams_{0};
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace tstack::gateway
