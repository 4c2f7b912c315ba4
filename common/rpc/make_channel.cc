#include "common/rpc/make_channel.h"

#include "common/rpc/connections.h"
#include "common/rpc/grpc_log.h"
#include "common/rpc/outgoing.h"
#include "common/rpc/stream_call.h"
#include "common/rpc/unary_call.h"

namespace tstack::rpc {
namespace {

class GrpcChannel final : public Channel {
 public:
  GrpcChannel(const ChannelOptions& options, const ChannelParts& parts,
              std::unique_ptr<Connections> connections)
      : core_(options, parts, std::move(connections)) {}
  ~GrpcChannel() override { core_.Close(); }

  void CallAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                 const CallOptions& options, Done done) override {
    std::make_shared<UnaryCall>(core_, ctx, path, request_bytes, options, std::move(done))->Start();
  }

  void StreamAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                   const CallOptions& options, std::function<bool(std::string item_bytes)> on_item,
                   std::function<void(Status, common::v1::ResponseMetadata)> done) override {
    PacedStreamAsync(
        ctx, path, std::move(request_bytes), options,
        [on_item = std::move(on_item)](std::string bytes, const Next& next) {
          next(on_item(std::move(bytes)));
        },
        std::move(done));
  }

  void PacedStreamAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                        const CallOptions& options,
                        std::function<void(std::string item_bytes, Next next)> on_item,
                        std::function<void(Status, common::v1::ResponseMetadata)> done) override {
    std::make_shared<StreamCall>(core_, ctx, path, request_bytes, options, std::move(on_item),
                                 std::move(done))
        ->Start();
  }

 private:
  ChannelCore core_;
};

}  // namespace

StatusOr<std::unique_ptr<Channel>> MakeChannel(const ChannelOptions& options,
                                               const ChannelParts& parts) {
  RouteGrpcLog();
  ASSIGN_OR_RETURN(auto connections, Connections::Make(options));
  return std::make_unique<GrpcChannel>(options, parts, std::move(connections));
}

}  // namespace tstack::rpc
