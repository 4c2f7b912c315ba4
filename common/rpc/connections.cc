#include "common/rpc/connections.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "common/rpc/credentials.h"
#include "common/rpc/wire.h"

namespace tstack::rpc {
namespace {

grpc::ChannelArguments Arguments(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  // The certificate must be the backend's, whatever its address: another role fails the handshake.
  arguments.SetSslTargetNameOverride(TlsNameOfRole(options.backend));
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 3000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A restarted backend is found again quickly.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // Nobody asks gRPC for its own books, and nothing is compressed.
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  // We retry ourselves, knowing which rpcs are safe.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // No proxies or service configurations from the environment.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetServiceConfigJSON("{}");
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  return arguments;
}

}  // namespace

StatusOr<std::unique_ptr<Connections>> Connections::Make(const ChannelOptions& options) {
  if (options.addresses.empty()) {
    return Error(StatusCode::kInvalidArgument, "CHANNEL_OPTIONS",
                 options.backend + " has no address");
  }
  ASSIGN_OR_RETURN(const auto credentials, MakeChannelCredentials(options.tls));
  auto connections = std::make_unique<Connections>();
  for (const std::string& address : options.addresses) {
    auto channel = grpc::CreateCustomChannel(address, credentials, Arguments(options));
    auto stub = std::make_unique<grpc::GenericStub>(channel);
    connections->connections_.push_back(
        {.address = address, .channel = std::move(channel), .stub = std::move(stub)});
  }
  return connections;
}

bool Connections::IsGood(size_t index, absl::Duration now) const {
  const Connection& connection = connections_[index];
  if (absl::ToInt64Nanoseconds(now) < connection.suspect_until->load(std::memory_order_relaxed)) {
    return false;
  }
  // Asking also wakes a connection that went idle.
  return connection.channel->GetState(true) != GRPC_CHANNEL_TRANSIENT_FAILURE;
}

size_t Connections::Pick(size_t failed, absl::Duration now) {
  const size_t count = connections_.size();
  if (count == 1) return 0;
  const size_t start = next_.fetch_add(1, std::memory_order_relaxed);
  size_t fallback = kNone;
  for (size_t i = 0; i < count; ++i) {
    const size_t index = (start + i) % count;
    if (index == failed) continue;
    if (fallback == kNone) fallback = index;
    if (IsGood(index, now)) return index;
  }
  return fallback;
}

bool Connections::HasBetterThan(size_t index, absl::Duration now) const {
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (i != index && IsGood(i, now)) return true;
  }
  return false;
}

void Connections::Suspect(size_t index, absl::Duration until) {
  connections_[index].suspect_until->store(absl::ToInt64Nanoseconds(until),
                                           std::memory_order_relaxed);
}

void Connections::Trust(size_t index) {
  auto& until = *connections_[index].suspect_until;
  if (until.load(std::memory_order_relaxed) != 0) until.store(0, std::memory_order_relaxed);
}

}  // namespace tstack::rpc
