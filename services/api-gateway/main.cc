// tstack-api-gateway: wiring only.
#include "common/config/config.h"
#include "common/rpc/context_signer.h"
#include "common/rpc/make_channel.h"
#include "common/telemetry/process.h"
#include "services/api-gateway/running_gateway.h"

namespace tstack::gateway {
namespace {

constexpr char kRole[] = "api-gateway";

Status Run(const config::v1::Config& config, telemetry::Process& process) {
  const config::v1::Gateway& options = config.gateway();
  ASSIGN_OR_RETURN(auto signer,
                   rpc::Ed25519ContextSigner::Load(options.signing_key_file(),
                                                   options.signing_key_id(), RealClock()));
  auto connect = [&](const std::string& backend) -> StatusOr<std::unique_ptr<rpc::Channel>> {
    ASSIGN_OR_RETURN(const auto channel, rpc::ChannelOptionsFrom(config, backend, kRole));
    return rpc::MakeChannel(channel, {process.metrics()});
  };
  ASSIGN_OR_RETURN(auto gateway, RunningGateway::Start(config, {.metrics = process.metrics(),
                                                                .connect = connect,
                                                                .signer = std::move(signer),
                                                                .stop = process.stop(),
                                                                .tracer = &process.tracer()}));
  process.AddReadinessCheck("auth", [&gateway] { return gateway->Ready(); });
  process.SetReady();
  process.WaitForStop();
  gateway->Drain(config::ToDuration(options.drain_notice()),
                 config::ToDuration(options.drain_timeout()));
  return absl::OkStatus();
}

}  // namespace
}  // namespace tstack::gateway

int main(int argc, char** argv) {
  return tstack::telemetry::RunProcess("api-gateway", argc, argv, tstack::gateway::Run);
}
