// What all calls of one server share.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/ids/ids.h"
#include "common/rpc/code_counters.h"
#include "common/rpc/context_signer.h"
#include "common/rpc/server.h"
#include "common/rpc/worker_pool.h"

namespace tstack::rpc {

// One rpc as a server serves it: all that a call needs, found once.
struct ServedRpc {
  ServedRpc(const Handlers::Entry& handler, std::string short_name, WorkerPool& its_pool,
            metrics::Family<metrics::Counter>& calls, metrics::Histogram& its_durations);

  const Handlers::Entry& entry;
  const std::string name;                    // "Projects/CreateProject"
  const google::protobuf::Message& request;  // prototype
  WorkerPool& pool;
  metrics::Histogram& durations;
  CodeCounters finished;
};

// Thread-safe.
class ServerCore {
 public:
  ServerCore(const ServerOptions& options, Handlers handlers, const ServerParts& parts);

  // Null if this server does not serve it.
  ServedRpc* Find(const std::string& path);
  // Waits for the jobs that are queued or running, then ends the threads. Nothing is submitted
  // afterwards.
  void StopPools();

  // Counts, times and logs a finished call. `rpc` is null if the path is unknown.
  void Record(ServedRpc* rpc, const std::string& path, const RequestContext& request,
              const std::string& peer, absl::Duration duration, const Status& status);
  // The status as it leaves this process: the origin of the cause chain is named.
  Status Sign(const Status& status, std::string_view path) const;

  // Calls that gRPC still holds.
  void CallStarted();
  void CallEnded();
  void WaitForCalls();

  const ServerOptions& options() const { return options_; }
  ContextVerifier& verifier() { return verifier_; }
  IdSource& ids() { return parts_.ids; }
  const Clock& clock() const { return parts_.clock; }
  trace::Tracer* tracer() { return parts_.tracer; }

 private:
  WorkerPool& PoolOf(const google::protobuf::MethodDescriptor& method);
  bool NoCalls() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return calls_ == 0; }

  const ServerOptions options_;
  const Handlers handlers_;
  const ServerParts parts_;
  ContextVerifier verifier_;
  metrics::Family<metrics::Counter>& finished_;
  metrics::Family<metrics::Histogram>& durations_;
  metrics::Gauge& in_flight_;
  std::map<std::string, std::unique_ptr<WorkerPool>> pools_;
  std::unordered_map<std::string, ServedRpc> rpcs_;  // by path; complete after construction
  absl::Mutex mutex_;
  int64_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tstack::rpc
