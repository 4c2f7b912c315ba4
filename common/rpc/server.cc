#include "common/rpc/server.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <set>

#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/rpc/credentials.h"
#include "common/rpc/grpc_log.h"
#include "common/rpc/served_call.h"
#include "common/rpc/server_core.h"
#include "common/rpc/wire.h"

namespace tstack::rpc {
namespace {

Status Wrong(const std::string& what) {
  return Error(StatusCode::kInvalidArgument, "SERVER_OPTIONS", what);
}

Status CheckOptions(const ServerOptions& options) {
  if (options.addresses.empty()) return Wrong(options.service + " has no address to listen on");
  if (options.pools.empty()) return Wrong(options.service + " has no threads");
  std::set<std::string> names;
  for (const PoolOptions& pool : options.pools) {
    if (pool.threads < 1 || pool.queue < 1)
      return Wrong("pool " + pool.name + " needs threads and a queue");
    names.insert(pool.name);
  }
  for (const auto& [rpc, pool] : options.pool_of) {
    if (!names.contains(pool)) return Wrong(absl::StrCat(rpc, " names the unknown pool ", pool));
  }
  if (!options.stream_pool.empty() && !names.contains(options.stream_pool))
    return Wrong("streams name the unknown pool " + options.stream_pool);
  return absl::OkStatus();
}

class DispatchService final : public grpc::CallbackGenericService {
 public:
  explicit DispatchService(ServerCore& core) : core_(core) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return ServedCall::Start(core_, *context);
  }

 private:
  ServerCore& core_;
};

class GrpcServer final : public Server {
 public:
  GrpcServer(const ServerOptions& options, Handlers handlers, const ServerParts& parts)
      : core_(options, std::move(handlers), parts), service_(core_) {}
  ~GrpcServer() override { Shutdown(absl::ZeroDuration()); }

  Status Start() {
    ASSIGN_OR_RETURN(const auto credentials, MakeServerCredentials(core_.options().tls));
    grpc::ServerBuilder builder;
    SetArguments(builder);
    std::vector<int> ports(core_.options().addresses.size(), 0);
    for (size_t i = 0; i < ports.size(); ++i) {
      builder.AddListeningPort(core_.options().addresses[i], credentials, &ports[i]);
    }
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
    return ReadAddresses(ports);
  }

  const std::vector<std::string>& addresses() const override { return addresses_; }

  void Shutdown(absl::Duration drain) override {
    absl::MutexLock lock(&shutdown_mutex_);
    if (server_ != nullptr) {
      server_->Shutdown(absl::ToChronoTime(RealClock().Now() + drain));
      core_.WaitForCalls();
      server_.reset();
    }
    core_.StopPools();
  }

 private:
  static void SetArguments(grpc::ServerBuilder& builder) {
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    builder.SetMaxSendMessageSize(kMaxMessageBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    // Two servers on one port would share its connections in silence.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    // Our channels ping every ten seconds, without calls too.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 4000);
  }

  Status ReadAddresses(const std::vector<int>& ports) {
    for (size_t i = 0; i < ports.size(); ++i) {
      std::string address = core_.options().addresses[i];
      if (server_ == nullptr || ports[i] == 0) {
        return ResourceError(StatusCode::kUnavailable, "ADDRESS_NOT_BOUND", "address", address,
                             absl::StrCat("cannot listen on ", address));
      }
      if (!address.starts_with("unix:")) {
        address = absl::StrCat(address.substr(0, address.rfind(':') + 1), ports[i]);
      }
      addresses_.push_back(address);
    }
    return absl::OkStatus();
  }

  ServerCore core_;
  DispatchService service_;
  absl::Mutex shutdown_mutex_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::string> addresses_;
};

}  // namespace

StatusOr<std::unique_ptr<Server>> StartServer(const ServerOptions& options, Handlers handlers,
                                              const ServerParts& parts) {
  RouteGrpcLog();
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(handlers.CheckComplete());
  auto server = std::make_unique<GrpcServer>(options, std::move(handlers), parts);
  RETURN_IF_ERROR(server->Start());
  for (const std::string& address : server->addresses()) {
    log::Info("rpc_listening", {{"address", address}});
  }
  return server;
}

}  // namespace tstack::rpc
