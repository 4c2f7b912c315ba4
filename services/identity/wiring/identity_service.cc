#include "services/identity/wiring/identity_service.h"

#include <thread>
#include <utility>
#include <vector>

#include "common/config/config.h"
#include "common/log/log.h"
#include "services/identity/auth/cached_directory.h"
#include "services/identity/auth/housekeeping.h"
#include "services/identity/auth/sql_directory.h"
#include "services/identity/auth/token_handlers.h"
#include "services/identity/passwords/pooled_hasher.h"
#include "services/identity/wiring/resource_handlers.h"

namespace tstack::identity {
namespace {

constexpr absl::Duration kHousekeepingInterval = absl::Minutes(1);
// A backlog of many days is worked off in short transactions.
constexpr absl::Duration kHousekeepingDeadline = absl::Minutes(10);
constexpr absl::Duration kBackgroundDeadline = absl::Seconds(10);
constexpr absl::Duration kCheckDeadline = absl::Seconds(1);
// Gateways that may watch one process at a time.
constexpr int kWatchers = 32;
// Token checks are short: few threads do, and nobody else holds them.
constexpr int kTokenThreads = 8;

auth::LockoutRules LockoutOf(const config::v1::Identity& config) {
  return {config.lockout_failures(), config::ToDuration(config.lockout())};
}

tokens::MethodBits MethodsOf(const config::v1::Identity& config) {
  return tokens::MethodBits({config.token_methods().begin(), config.token_methods().end()});
}

class Service final : public IdentityService {
 public:
  Service(const config::v1::Identity& config, std::string_view master_key,
          const ServiceParts& parts)
      : parts_(parts),
        key_store_(tokens::MakeSqlKeyStore(parts.database, master_key, parts.ids)),
        ring_(*key_store_, parts.clock, KeyRingOptionsOf(config)),
        codec_(ring_, MethodsOf(config), parts.ids),
        auth_metrics_(parts.metrics),
        hasher_metrics_(parts.metrics),
        hasher_({config.bcrypt_cost(), config.hash_threads(), config.hash_queue()}, parts.ids,
                &hasher_metrics_),
        sql_directory_(auth::MakeSqlDirectory(parts.database, parts.ids, LockoutOf(config))),
        directory_(*sql_directory_, parts.clock, {}, [this] { feed_.Wake(); }),
        validator_(codec_, directory_, parts.clock, &auth_metrics_),
        prover_(directory_, hasher_, LockoutOf(config)),
        issuer_(directory_, prover_, codec_, validator_, parts.clock,
                config::ToDuration(config.token_lifetime()), &auth_metrics_),
        change_reader_(auth::MakeSqlChangeReader(parts.database)),
        feed_(*change_reader_, parts.clock, {}),
        token_handlers_(issuer_, validator_, directory_, parts.policy,
                        config::ToDuration(config.allow_expired_window())),
        resource_handlers_({parts.database, parts.policy, prover_, hasher_, parts.ids}) {
    feed_.SetListener([this](const auth::Look& look) { directory_.Apply(look); });
  }

  rpc::Handlers MakeHandlers() override {
    rpc::Handlers handlers;
    auth::RegisterTokenHandlers(token_handlers_, feed_, handlers);
    resource_handlers_.Register(&handlers);
    handlers.AfterUnary([this](const CallContext& ctx) { ActOnOwnChanges(ctx); });
    return handlers;
  }

  void Start(std::stop_token stop) override {
    threads_.emplace_back([this, stop] { feed_.Run(stop, parts_.sleeper); });
    threads_.emplace_back([this, stop] {
      Repeat(stop, ring_.refresh(), [this](const CallContext& ctx) { ring_.Tick(ctx); });
    });
    threads_.emplace_back([this, stop] {
      Repeat(stop, kHousekeepingInterval, [this](const CallContext& ctx) { Purge(ctx); });
    });
  }

  Status CheckKeys() override { return ring_.Current(Background({})).status(); }

  Status CheckDatabase() override {
    CallContext ctx;
    ctx.deadline = parts_.clock.Now() + kCheckDeadline;
    return parts_.database.CheckHealth(ctx);
  }

 private:
  // What the call committed counts here before its answer leaves, and elsewhere as soon as may be.
  void ActOnOwnChanges(const CallContext& ctx) {
    if (ctx.state == nullptr || !ctx.state->response.has_auth_changes()) return;
    directory_.ApplyOwn(ctx.state->response.auth_changes());
    feed_.Wake();
  }

  CallContext Background(std::stop_token stop) const {
    CallContext ctx;
    ctx.stop = std::move(stop);
    ctx.deadline = parts_.clock.Now() + kBackgroundDeadline;
    return ctx;
  }

  template <typename Work>
  void Repeat(std::stop_token stop, absl::Duration interval, const Work& work) {
    while (!stop.stop_requested()) {
      work(Background(stop));
      parts_.sleeper.Sleep(interval, stop);
    }
  }

  void Purge(CallContext ctx) {
    ctx.deadline = parts_.clock.Now() + kHousekeepingDeadline;
    const Status status = auth::Purge(ctx, parts_.database, parts_.ids, {});
    if (!status.ok()) log::Warn(ctx, "identity_housekeeping_failed", {{"error", status}});
  }

  const ServiceParts parts_;
  std::unique_ptr<tokens::KeyStore> key_store_;
  tokens::KeyRing ring_;
  tokens::TokenCodec codec_;
  auth::AuthMetrics auth_metrics_;
  passwords::HasherMetrics hasher_metrics_;
  passwords::PooledHasher hasher_;
  std::unique_ptr<auth::Directory> sql_directory_;
  auth::CachedDirectory directory_;
  auth::TokenValidator validator_;
  auth::PasswordProver prover_;
  auth::TokenIssuer issuer_;
  std::unique_ptr<auth::ChangeReader> change_reader_;
  auth::ChangeFeed feed_;
  auth::TokenHandlers token_handlers_;
  ResourceHandlers resource_handlers_;
  std::vector<std::jthread> threads_;  // last: joined before what they use goes
};

}  // namespace

tokens::KeyRingOptions KeyRingOptionsOf(const config::v1::Identity& config) {
  return {config::ToDuration(config.key_refresh()), config::ToDuration(config.key_lifetime()),
          config.max_active_keys()};
}

std::unique_ptr<IdentityService> MakeIdentityService(const config::v1::Identity& config,
                                                     std::string_view master_key,
                                                     const ServiceParts& parts) {
  return std::make_unique<Service>(config, master_key, parts);
}

void AddPools(const config::v1::Identity& config, rpc::ServerOptions& options) {
  const int hardware = static_cast<int>(std::thread::hardware_concurrency());
  const int hashing = config.hash_threads() > 0 ? config.hash_threads() : hardware;
  // They wait for the hasher on these threads; the few above leave room for token → token, and for
  // refusals: with the hasher's queue full nobody waits here for an answer that is known.
  const int logins = hashing + config.hash_queue() + 8;
  const rpc::PoolOptions usual = options.pools.front();
  options.pools = {usual,
                   {"tokens", kTokenThreads, 1024},
                   {"lists", usual.threads, usual.queue},
                   {"logins", logins, 256},
                   {"watch", kWatchers, 1}};
  options.stream_pool = "lists";
  options.pool_of = {{"tstack.identity.v1.Authority.Authenticate", "tokens"},
                     {"tstack.identity.v1.Tokens.ValidateToken", "tokens"},
                     {"tstack.identity.v1.Tokens.IssueToken", "logins"},
                     {"tstack.identity.v1.Users.CreateUser", "logins"},
                     {"tstack.identity.v1.Users.UpdateUser", "logins"},
                     {"tstack.identity.v1.Users.ChangePassword", "logins"},
                     {"tstack.identity.v1.Authority.WatchAuth", "watch"}};
}

}  // namespace tstack::identity
