#include "services/api-gateway/running_gateway.h"

#include <set>

#include "common/config/config.h"
#include "common/contract/openapi.h"
#include "common/log/log.h"

namespace tstack::gateway {
namespace {

constexpr absl::Duration kAwaitIdentity = absl::Seconds(5);
constexpr absl::Duration kLookAgain = absl::Milliseconds(10);

TokenCacheOptions CacheOptions(const config::v1::Gateway& config) {
  TokenCacheOptions options;
  if (config.token_cache_size() > 0) options.capacity = config.token_cache_size();
  return options;
}

AuthenticatorOptions AuthOptions(const config::v1::Gateway& config) {
  AuthenticatorOptions options;
  options.service_roles.assign(config.service_token_roles().begin(),
                               config.service_token_roles().end());
  options.expired_grace = config::ToDuration(config.expired_token_grace());
  return options;
}

std::vector<std::string> PrefixesOf(const contract::RouteTable& table) {
  std::vector<std::string> prefixes;
  for (const auto& api : table.apis()) prefixes.push_back(api->prefix);
  return prefixes;
}

}  // namespace

RunningGateway::RunningGateway(const config::v1::Gateway& config, GatewayEnvironment environment)
    : environment_(std::move(environment)), cache_(CacheOptions(config), environment_.clock) {}

StatusOr<std::unique_ptr<RunningGateway>> RunningGateway::Start(const config::v1::Config& config,
                                                                GatewayEnvironment environment) {
  std::unique_ptr<RunningGateway> running(
      new RunningGateway(config.gateway(), std::move(environment)));
  RETURN_IF_ERROR(running->Assemble(config));
  return running;
}

RunningGateway::~RunningGateway() {
  server_.reset();
  watcher_.reset();
  backends_.clear();
}

Status RunningGateway::Assemble(const config::v1::Config& config) {
  const config::v1::Gateway& options = config.gateway();
  ASSIGN_OR_RETURN(table_, contract::RouteTable::Build(environment_.services));
  RETURN_IF_ERROR(CheckRawHandlers(*table_, environment_.raw_handlers));
  RETURN_IF_ERROR(ConnectBackends());
  ASSIGN_OR_RETURN(Surfaces surfaces, MakeSurfaces(options, *table_));
  ASSIGN_OR_RETURN(OriginRules origins, OriginRules::Make({options.trusted_proxies().begin(),
                                                           options.trusted_proxies().end()}));
  ASSIGN_OR_RETURN(Cors cors, Cors::Make(options.cors()));
  if (environment_.tracer != nullptr) environment_.tracer->AddNames({kRequestSpan});
  metrics_ = std::make_unique<GatewayMetrics>(environment_.metrics, PrefixesOf(*table_));
  rpc::Channel& identity = *backends_.find(AuthorityBackend())->second;
  authenticator_ =
      std::make_unique<Authenticator>(identity, cache_, environment_.clock, AuthOptions(options));
  gateway_ = std::make_unique<Gateway>(
      GatewayOptions{std::move(surfaces), std::move(origins), std::move(cors),
                     options.max_in_flight(), config::ToDuration(options.request_timeout()),
                     options.public_url(), contract::OpenApiDocument(*table_)},
      GatewayParts{*table_, backends_, *authenticator_, *environment_.signer,
                   environment_.raw_handlers, *metrics_, environment_.ids, environment_.clock,
                   environment_.tracer});
  watcher_ =
      std::make_unique<AuthWatcher>(identity, cache_, environment_.ids, environment_.sleeper);
  AwaitIdentity();
  ASSIGN_OR_RETURN(server_, http::Server::Start(ServerOptionsFrom(options), gateway_->Callbacks()));
  for (const std::string& address : server_->addresses())
    log::Info("listening", {{"address", address}});
  return absl::OkStatus();
}

void RunningGateway::AwaitIdentity() {
  const absl::Duration limit = environment_.clock.Steady() + kAwaitIdentity;
  while (!cache_.Usable() && environment_.clock.Steady() < limit) {
    if (!environment_.sleeper.Sleep(kLookAgain, environment_.stop)) return;
  }
  if (!cache_.Usable())
    log::Warn("identity_awaited", {{"waited", kAwaitIdentity}}, "listening without identity");
}

Status RunningGateway::ConnectBackends() {
  std::set<std::string> names = {AuthorityBackend()};
  for (const auto& api : table_->apis()) names.insert(api->backends.begin(), api->backends.end());
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(backends_[name], environment_.connect(name));
  }
  return absl::OkStatus();
}

Status RunningGateway::Ready() const {
  if (draining_) return Error(StatusCode::kUnavailable, "DRAINING", "stopping");
  if (!cache_.Usable())
    return Error(StatusCode::kUnavailable, "IDENTITY_UNAVAILABLE", "identity does not beat");
  return absl::OkStatus();
}

void RunningGateway::Drain(absl::Duration notice, absl::Duration drain) {
  draining_ = true;
  server_->StartDraining();
  environment_.sleeper.Sleep(notice);
  server_->Shutdown(drain);
}

}  // namespace tstack::gateway
