// tstack-identity: wiring only. With --bootstrap it creates what a new installation starts with,
// and ends.
#include <algorithm>
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
#include "services/identity/wiring/identity_service.h"

namespace tstack::identity {
namespace {

constexpr absl::Duration kBootstrapDeadline = absl::Seconds(60);

Status Run(const config::v1::Config& config, telemetry::Process& process) {
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
  process.AddReadinessCheck("token_keys", [&service] { return service->CheckReady(); });
  process.SetReady();
  process.WaitForStop();
  background.request_stop();  // first: the streams of watching gateways end with it
  server->Shutdown(config::ToDuration(config.rpc().drain()));
  return absl::OkStatus();
}

Status RunBootstrap(const config::v1::Config& config, telemetry::Process& process) {
  const config::v1::Identity& identity = config.identity();
  CallContext ctx;
  ctx.stop = process.stop();
  ctx.deadline = RealClock().Now() + kBootstrapDeadline;
  ASSIGN_OR_RETURN(const crypto::SecretBytes master_key,
                   crypto::ReadKeyFile(identity.master_key_file()));
  ASSIGN_OR_RETURN(const std::string password, config::ReadSecret(identity.bootstrap().password()));
  ASSIGN_OR_RETURN(const auto database, db::Connect(config.database(), "identity"));
  const auto keys = tokens::MakeSqlKeyStore(*database, master_key.Expose(), RealIds());
  passwords::PooledHasher hasher({identity.bcrypt_cost(), 1, 1}, RealIds());
  RETURN_IF_ERROR(bootstrap::Bootstrap(ctx, {*database, hasher, *keys, RealIds()},
                                       identity.bootstrap(), config.region(), password));
  log::Info("identity_bootstrapped", {{"region", config.region()}});
  return absl::OkStatus();
}

}  // namespace
}  // namespace tstack::identity

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  const auto removed =
      std::remove(arguments.begin(), arguments.end(), std::string_view("--bootstrap"));
  const bool bootstrap = removed != arguments.end();
  arguments.erase(removed, arguments.end());
  return tstack::telemetry::RunProcess(
      "identity", static_cast<int>(arguments.size()), arguments.data(),
      bootstrap ? tstack::identity::RunBootstrap : tstack::identity::Run);
}
