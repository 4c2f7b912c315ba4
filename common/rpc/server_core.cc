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

ServedRpc::ServedRpc(const Handlers::Entry& handler, std::string short_name, WorkerPool& its_pool,
                     metrics::Family<metrics::Counter>& calls, metrics::Histogram& its_durations)
    : entry(handler),
      name(std::move(short_name)),
      request(*google::protobuf::MessageFactory::generated_factory()->GetPrototype(
          handler.method->input_type())),
      pool(its_pool),
      durations(its_durations),
      finished(calls, name) {}

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
  for (const auto& [path, entry] : handlers_.entries()) {
    const std::string name = ShortName(path);
    rpcs_.try_emplace(path, entry, name, PoolOf(*entry.method), finished_, durations_.With({name}));
  }
}

ServedRpc* ServerCore::Find(const std::string& path) {
  auto it = rpcs_.find(path);
  return it == rpcs_.end() ? nullptr : &it->second;
}

void ServerCore::StopPools() {
  for (auto& [name, pool] : pools_) pool->Stop();
}

WorkerPool& ServerCore::PoolOf(const google::protobuf::MethodDescriptor& method) {
  auto it = options_.pool_of.find(method.full_name());
  if (it == options_.pool_of.end()) it = options_.pool_of.find(method.service()->full_name());
  if (it != options_.pool_of.end()) return *pools_.at(it->second);
  const bool apart = method.server_streaming() && !options_.stream_pool.empty();
  return *pools_.at(apart ? options_.stream_pool : options_.pools.front().name);
}

void ServerCore::Record(ServedRpc* rpc, const std::string& path, const RequestContext& request,
                        const std::string& peer, absl::Duration duration, const Status& status) {
  if (rpc != nullptr) {
    rpc->finished.Add(status.code());
    rpc->durations.Observe(absl::ToDoubleSeconds(duration));
  } else {
    finished_.With({"other", CodeLabel(status.code())}).Add();
  }
  const log::Level level = status.ok() ? log::Level::kInfo : LevelOf(status.code());
  if (!log::Enabled(level)) return;
  log::Fields fields;
  fields.reserve(5);
  fields.push_back({"rpc", rpc == nullptr ? ShortName(path) : rpc->name});
  fields.push_back({"code", CodeLabel(status.code())});
  fields.push_back({"duration_ms", absl::ToDoubleMilliseconds(duration)});
  fields.push_back({"peer", peer});
  if (!status.ok()) fields.push_back({"error", status});
  log::Write(level, &request, status.ok() ? "rpc_served" : "rpc_failed", fields, "");
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
