// What the calls of one channel share, and what one call is before and after gRPC has it.
#pragma once

#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/log/fault_limiter.h"
#include "common/rpc/code_counters.h"
#include "common/rpc/connections.h"
#include "common/rpc/make_channel.h"

namespace tstack::rpc {

// Thread-safe.
class ChannelCore {
 public:
  ChannelCore(const ChannelOptions& options, const ChannelParts& parts,
              std::unique_ptr<Connections> connections);

  void Record(StatusCode code, absl::Duration duration);
  // Counted: calls, and attempts as long as their gRPC context exists.
  void AddLive();
  void DropLive();
  void CountRetry() { retries_.Add(); }
  // Cancels all calls and waits until nothing is alive: a gRPC context left over could drop the
  // last reference to its channel on one of gRPC's own threads, which gRPC does not survive.
  void Close();
  std::stop_token closing() const { return closing_.get_token(); }
  // Tells of an unreachable address, not each time.
  void ReportUnreachable(const RequestContext& request, size_t connection,
                         const std::string& message);

  const ChannelOptions& options() const { return options_; }
  Connections& connections() { return *connections_; }
  IdSource& ids() { return parts_.ids; }
  const Clock& clock() const { return parts_.clock; }

 private:
  bool NothingLives() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return live_ == 0; }

  const ChannelOptions options_;
  const ChannelParts parts_;
  const std::unique_ptr<Connections> connections_;
  std::stop_source closing_;
  CodeCounters finished_;
  metrics::Histogram& durations_;
  metrics::Counter& retries_;
  log::FaultLimiter faults_;
  absl::Mutex mutex_;
  int64_t live_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Counts as alive while it exists. The first member of what owns a gRPC context, so that it goes
// last.
class Live {
 public:
  explicit Live(ChannelCore& core) : core_(core) { core_.AddLive(); }
  ~Live() { core_.DropLive(); }
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

 private:
  ChannelCore& core_;
};

// One call's data and its way from attempt to attempt. Used by one thread at a time.
//
// A process that hangs keeps its connections and answers nothing: while there is another, a safe
// call's attempt has a limit of its own, and who let a call time out is avoided for a while.
class Outgoing {
 public:
  Outgoing(ChannelCore& core, const CallContext& ctx, std::string_view path,
           std::string_view request_bytes, const CallOptions& options);

  // Fills metadata and deadline of a new attempt and chooses its connection. The attempt's own
  // limit: without a sign of life by then it is to be given up; infinite if it has all the time.
  absl::Duration Prepare(grpc::ClientContext& context);
  grpc::GenericStub& stub() { return core_.connections().stub(connection_); }

  // The attempt's outcome in our words, with one more cause. `silent`: it was given up at its
  // limit.
  Status Outcome(const grpc::Status& status, const grpc::ClientContext& context,
                 bool silent = false);
  // After how long to send it again; nullopt: do not. Counts the retry. `started`: the caller has
  // seen a part of the answer.
  std::optional<absl::Duration> RetryDelay(const Status& outcome, bool started);
  bool Stopped() const { return stop_.stop_requested() || core_.closing().stop_requested(); }
  void Record(const Status& outcome);

  ChannelCore& core() { return core_; }
  const std::stop_token& stop() const { return stop_; }
  const std::string& path() const { return path_; }

 private:
  Status Translate(const grpc::Status& status, std::string_view error_bytes);
  absl::Duration AttemptLimit();
  Status TimedOut();

  ChannelCore& core_;
  const Live live_;
  const std::stop_token stop_;
  const std::string path_;
  const absl::Duration started_;
  std::string call_bytes_;     // CallMetadata
  std::string context_bytes_;  // SignedUserContext; empty: none
  RequestContext request_;     // what log lines name
  bool safe_ = false;
  absl::Time deadline_;
  int attempts_ = 0;
  absl::Duration attempt_started_;
  bool limited_ = false;  // the last attempt had less time than the call
  bool lost_ = false;     // it failed on its way
  size_t connection_ = Connections::kNone;
};

// Runs the function once, at `when`, on a thread of gRPC.
void Later(absl::Time when, std::function<void()> function);

// Cancels a gRPC call when a token stops. Keeps the call's context alive while it does: gRPC may
// run the call's end inside TryCancel().
template <typename Attempt>
class CancelOnStop {
 public:
  CancelOnStop(std::stop_token token, std::weak_ptr<Attempt> attempt)
      : callback_(std::move(token), Cancel{attempt}) {}

 private:
  struct Cancel {
    std::weak_ptr<Attempt> attempt;
    void operator()() const {
      if (auto alive = attempt.lock()) alive->context().TryCancel();
    }
  };
  std::stop_callback<Cancel> callback_;
};

}  // namespace tstack::rpc
