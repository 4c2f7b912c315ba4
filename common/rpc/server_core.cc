#include "common/rpc/server_core.h"

#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/rpc/wire.h"

namespace tstack::rpc {
namespace {

std::vector<std::string> MethodLabels(const Handlers& handlers) {
  std::vector<std::string> labels;
  for (const auto& [path, entry] : handlers.entries()) labels.push_back(ShortName(path));
  return labels;
}

log::Level LevelOf(StatusCode code) {
  switch (code) {
    case StatusCode::kInternal:
    case StatusCode::kUnknown:
    case StatusCode::kDataLoss:
    case StatusCode::kUnimplemented:
      return log::Level::kError;
    case StatusCode::kUnavailable:
    case StatusCode::kDeadlineExceeded:
    case StatusCode::kAborted:
      return log::Level::kWarn;
    default:
      return log::Level::kInfo;
  }
}

}  // namespace

ServerCore::ServerCore(const ServerOptions& options, Handlers handlers, const ServerParts& parts)
    : options_(options),
      handlers_(std::move(handlers)),
      parts_(parts),
      verifier_(options.context_keys_dir, options.service, parts.clock),
      finished_(parts.metrics.Counters("tstack_rpc_server_calls_total",
                                       "Finished calls by rpc and code.",
                                       {{"rpc", MethodLabels(handlers_)}, {"code", CodeLabels()}})),
      durations_(parts.metrics.Histograms("tstack_rpc_server_duration_seconds",
                                          "From a call's arrival to its answer, waiting included.",
                                          {{"rpc", MethodLabels(handlers_)}})),
      in_flight_(parts.metrics.AddGauge("tstack_rpc_server_calls_in_flight",
                                        "Calls that have not ended.")) {
  if (parts.tracer != nullptr) parts.tracer->AddNames(MethodLabels(handlers_));
  std::vector<std::string> names;
  for (const PoolOptions& pool : options_.pools) names.push_back(pool.name);
  auto& length = parts.metrics.Gauges("tstack_rpc_server_queue_length",
                                      "Calls that wait for a thread.", {{"pool", names}});
  auto& busy = parts.metrics.Gauges("tstack_rpc_server_threads_busy", "Threads that run a handler.",
                                    {{"pool", names}});
  for (const PoolOptions& pool : options_.pools) {
    pools_[pool.name] = std::make_unique<WorkerPool>(
        pool.threads, pool.queue, length.With({pool.name}), busy.With({pool.name}));
  }
}

WorkerPool& ServerCore::PoolOf(const google::protobuf::MethodDescriptor& method) {
  auto it = options_.pool_of.find(method.full_name());
  if (it == options_.pool_of.end()) it = options_.pool_of.find(method.service()->full_name());
  return *pools_.at(it == options_.pool_of.end() ? options_.pools.front().name : it->second);
}

void ServerCore::Record(const std::string& path, const RequestContext& request,
                        const std::string& peer, absl::Duration duration, const Status& status) {
  const std::string name = ShortName(path);
  finished_.With({name, CodeLabel(status.code())}).Add();
  durations_.With({name}).Observe(absl::ToDoubleSeconds(duration));
  if (status.ok()) return;
  log::Write(LevelOf(status.code()), &request, "rpc_failed",
             {{"rpc", name}, {"peer", peer}, {"duration_s", duration}, {"error", status}}, "");
}

Status ServerCore::Sign(const Status& status, std::string_view path) const {
  if (status.ok() || DetailOf(status).causes_size() > 0) return status;
  const absl::string_view message = status.message();
  return AddCause(status, absl::StrCat(options_.service, "@", options_.host), ShortName(path),
                  {message.data(), message.size()});
}

void ServerCore::CallStarted() {
  in_flight_.Add(1);
  absl::MutexLock lock(&mutex_);
  ++calls_;
}

void ServerCore::CallEnded() {
  in_flight_.Add(-1);
  absl::MutexLock lock(&mutex_);
  --calls_;
}

void ServerCore::WaitForCalls() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &ServerCore::NoCalls));
}

}  // namespace tstack::rpc
