// tstack-identity: wiring only. With --bootstrap it creates what a new installation starts with,
// with --rotate-keys it makes the next token key sign; both end then.
#include <string_view>
#include <utility>
#include <vector>

#include "common/config/config.h"
#include "common/crypto/secret.h"
#include "common/db/connect.h"
#include "common/db/metrics.h"
#include "common/log/log.h"
#include "common/rpc/server.h"
#include "common/telemetry/process.h"
#include "services/identity/bootstrap/bootstrap.h"
#include "services/identity/passwords/pooled_hasher.h"
#include "services/identity/policy/defaults.h"
#include "services/identity/tokens/key_ring.h"
#include "services/identity/wiring/check_config.h"
#include "services/identity/wiring/identity_service.h"

namespace tstack::identity {
namespace {

constexpr absl::Duration kCommandDeadline = absl::Seconds(60);

Status Run(const config::v1::Config& config, telemetry::Process& process) {
  RETURN_IF_ERROR(CheckConfig(config.identity()));
  ASSIGN_OR_RETURN(const crypto::SecretBytes master_key,
                   crypto::ReadKeyFile(config.identity().master_key_file()));
  ASSIGN_OR_RETURN(db::Options database_options, db::OptionsFor(config.database(), "identity"));
  database_options.observer = db::ObserveInto(process.metrics(), &process.tracer());
  ASSIGN_OR_RETURN(const auto database, db::Connect(std::move(database_options)));
  ASSIGN_OR_RETURN(const auto policy,
                   policy::MakeEngine(PolicyRules(), config.identity().policy_file()));
  const auto service = MakeIdentityService(config.identity(), master_key.Expose(),
                                           {*database, *policy, process.metrics()});
  rpc::ServerOptions options =
      rpc::ServerOptionsFrom(config, "identity", config.identity().listen());
  AddPools(config.identity(), options);
  ASSIGN_OR_RETURN(const auto server, rpc::StartServer(options, service->MakeHandlers(),
                                                       {process.metrics(), &process.tracer()}));
  std::stop_source background;
  service->Start(background.get_token());
  process.AddReadinessCheck("token_keys", [&service] { return service->CheckKeys(); });
  process.AddReadinessCheck("database", [&service] { return service->CheckDatabase(); });
  process.SetReady();
  process.WaitForStop();
  background.request_stop();  // first: the streams of watching gateways end with it
  server->Shutdown(config::ToDuration(config.rpc().drain()));
  return absl::OkStatus();
}

CallContext CommandContext(telemetry::Process& process) {
  CallContext ctx;
  ctx.stop = process.stop();
  ctx.deadline = RealClock().Now() + kCommandDeadline;
  return ctx;
}

Status RunBootstrap(const config::v1::Config& config, telemetry::Process& process) {
  const config::v1::Identity& identity = config.identity();
  const CallContext ctx = CommandContext(process);
  ASSIGN_OR_RETURN(const crypto::SecretBytes master_key,
                   crypto::ReadKeyFile(identity.master_key_file()));
  ASSIGN_OR_RETURN(const auto password, config::ReadSecret(identity.bootstrap().password()));
  ASSIGN_OR_RETURN(const auto database, db::Connect(config.database(), "identity"));
  const auto keys = tokens::MakeSqlKeyStore(*database, master_key.Expose(), RealIds());
  passwords::PooledHasher hasher({identity.bcrypt_cost(), 1, 1}, RealIds());
  RETURN_IF_ERROR(bootstrap::Bootstrap(ctx, {*database, hasher, *keys, RealIds()},
                                       identity.bootstrap(), config.region(), password));
  log::Info("identity_bootstrapped", {{"region", config.region()}});
  return absl::OkStatus();
}

// Running processes notice within key_refresh; they have known the key that signs now for longer.
Status RunRotateKeys(const config::v1::Config& config, telemetry::Process& process) {
  ASSIGN_OR_RETURN(const crypto::SecretBytes master_key,
                   crypto::ReadKeyFile(config.identity().master_key_file()));
  ASSIGN_OR_RETURN(const auto database, db::Connect(config.database(), "identity"));
  const auto keys = tokens::MakeSqlKeyStore(*database, master_key.Expose(), RealIds());
  return tokens::KeyRing(*keys, RealClock(), KeyRingOptionsOf(config.identity()))
      .Rotate(CommandContext(process));
}

// Takes `flag` out of the arguments, which the common command line does not know.
bool Take(std::vector<char*>& arguments, std::string_view flag) {
  return std::erase_if(arguments, [flag](const char* argument) { return argument == flag; }) > 0;
}

}  // namespace
}  // namespace tstack::identity

int main(int argc, char** argv) {
  namespace identity = tstack::identity;
  std::vector<char*> arguments(argv, argv + argc);
  tstack::telemetry::RunFunction run = identity::Run;
  if (identity::Take(arguments, "--rotate-keys")) run = identity::RunRotateKeys;
  if (identity::Take(arguments, "--bootstrap")) run = identity::RunBootstrap;
  return tstack::telemetry::RunProcess("identity", static_cast<int>(arguments.size()),
                                       arguments.data(), run);
}
