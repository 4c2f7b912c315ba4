// The whole service: real gRPC with mTLS, real MariaDB, two processes' worth of it on one database.
#include <atomic>

#include "common/metrics/golden.h"
#include "common/rpc/make_channel.h"
#include "common/rpc/testing/certificates.h"
#include "common/trace/trace.h"
#include "services/identity/wiring/identity_service.h"
#include "services/identity/wiring/test_cloud.h"
#include "tstack/identity/v1/authority.pb.h"
#include "tstack/identity/v1/tokens.pb.h"

namespace tstack::identity {
namespace {

const char kIssue[] = "/tstack.identity.v1.Tokens/IssueToken";
const char kAuthenticate[] = "/tstack.identity.v1.Authority/Authenticate";
const char kWatch[] = "/tstack.identity.v1.Authority/WatchAuth";

// One process: service, server, background threads, and a gateway's channel to it.
class Replica {
 public:
  Replica(const TestCloud& cloud, rpc::TestCertificates& certificates, const std::string& name) {
    config::v1::Identity config = TestConfig();
    config.mutable_key_refresh()->set_seconds(1);
    database_ = db::Connect(cloud.options).value();
    policy_ = ::tstack::policy::MakeEngine({}, "").value();
    service_ = MakeIdentityService(config, TestMasterKey(), {*database_, *policy_, metrics_});
    rpc::ServerOptions options;
    options.service = "identity";
    options.instance = certificates.instance();
    options.host = "test-host";
    options.addresses = {certificates.Socket(name)};
    options.tls = certificates.For("identity");
    options.context_keys_dir = certificates.context_keys_dir();
    AddPools(config, options);
    server_ = rpc::StartServer(options, service_->MakeHandlers(), {metrics_, &tracer_}).value();
    service_->Start(stop_.get_token());
    channel_ = rpc::MakeChannel({"identity", server_->addresses(), certificates.For("api-gateway"),
                                 "api-gateway@test-host"},
                                {gateway_metrics_})
                   .value();
  }
  ~Replica() {
    channel_.reset();
    server_->Shutdown(absl::ZeroDuration());
    stop_.request_stop();
  }

  rpc::Channel& channel() { return *channel_; }
  const metrics::Registry& metrics() const { return metrics_; }

  StatusOr<v1::Token> Login(const std::string& password) {
    v1::IssueTokenRequest request;
    request.mutable_identity()->add_methods("password");
    v1::PasswordUser& user = *request.mutable_identity()->mutable_password()->mutable_user();
    user.set_name("admin");
    user.mutable_domain()->set_id("default");
    user.set_password(password);
    auto& scope = *request.mutable_scope()->mutable_struct_value()->mutable_fields();
    auto& project = *scope["project"].mutable_struct_value()->mutable_fields();
    project["name"].set_string_value("admin");
    (*project["domain"].mutable_struct_value()->mutable_fields())["name"].set_string_value(
        "Default");
    return channel_->Call<v1::Token>(testing::Deadline(), kIssue, request);
  }
  StatusOr<v1::AuthenticateResponse> Authenticate(const std::string& token) {
    v1::AuthenticateRequest request;
    request.set_token(token);
    return channel_->Call<v1::AuthenticateResponse>(testing::Deadline(absl::Seconds(5)),
                                                    kAuthenticate, request);
  }

 private:
  metrics::Registry metrics_;
  metrics::Registry gateway_metrics_;
  trace::Tracer tracer_{{}, RealIds(), RealClock(), metrics_};
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<::tstack::policy::Engine> policy_;
  std::unique_ptr<IdentityService> service_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<rpc::Channel> channel_;
  std::stop_source stop_;
};

// What a gateway hears.
class Watcher {
 public:
  Watcher(Replica& replica, int64_t after_seq) {
    v1::WatchAuthRequest request;
    request.set_after_seq(after_seq);
    CallContext ctx = testing::Deadline(absl::Minutes(5));
    ctx.stop = stop_.get_token();
    replica.channel().StreamAsync(
        ctx, kWatch, request.SerializeAsString(), {},
        [this](const std::string& bytes) { return Hear(bytes); },
        [this](const Status&, const common::v1::ResponseMetadata&) { done_ = true; });
  }
  ~Watcher() {
    stop_.request_stop();
    testing::WaitFor("stream ended", absl::Seconds(1), [this] { return done_.load(); });
  }
  int beats() const { return beats_; }
  bool Heard(v1::DependencyKind kind, const std::string& id) {
    absl::MutexLock lock(&mutex_);
    for (const v1::Dependency& change : changes_) {
      if (change.kind() == kind && change.id() == id) return true;
    }
    return false;
  }

 private:
  bool Hear(const std::string& bytes) {
    v1::AuthEvent event;
    if (!event.ParseFromString(bytes)) return false;
    if (event.beat()) ++beats_;
    absl::MutexLock lock(&mutex_);
    for (const v1::Dependency& change : event.changed()) changes_.push_back(change);
    return true;
  }

  std::stop_source stop_;
  std::atomic<bool> done_ = false;
  std::atomic<int> beats_ = 0;
  absl::Mutex mutex_;
  std::vector<v1::Dependency> changes_ ABSL_GUARDED_BY(mutex_);
};

struct Fixture {
  testing::TestMariaDb server;
  TestCloud cloud{server, "identity_service"};
  rpc::TestCertificates certificates;
  Replica a{cloud, certificates, "a.sock"};
  Replica b{cloud, certificates, "b.sock"};
};

TEST_CASE_METHOD(Fixture, "who logs in at one process is known to the other",
                 "[integration][identity][auth]") {
  const auto token = a.Login("s3cret");
  INFO(token.status().ToString());
  REQUIRE(token.ok());
  CHECK(token->project().name() == "admin");
  CHECK(token->roles_size() == 3);
  CHECK(token->catalog_size() == 2);
  const auto authority = b.Authenticate(token->id());
  REQUIRE(authority.ok());
  CHECK(authority->context().user_name() == "admin");
  CHECK(authority->context().project_name() == "admin");
  CHECK(ReasonOf(a.Login("wrong").status()) == "LOGIN_REFUSED");
  CHECK(ReasonOf(b.Authenticate("nonsense").status()) == "TOKEN_INVALID");
}

TEST_CASE_METHOD(Fixture, "the names of identity's metrics are those of the golden file",
                 "[integration][identity][metrics]") {
  REQUIRE(a.Login("s3cret").ok());
  CHECK(metrics::DiffWithGolden(a.metrics(),
                                TSTACK_SOURCE_DIR "/services/identity/metrics.golden") == "");
}

TEST_CASE_METHOD(Fixture, "a disabled project kills its tokens, and watching gateways are told",
                 "[integration][identity][watch]") {
  const auto token = a.Login("s3cret");
  REQUIRE(token.ok());
  const auto authority = b.Authenticate(token->id());
  REQUIRE(authority.ok());
  Watcher watcher(b, authority->auth_seq());
  REQUIRE(
      testing::WaitFor("first beat", absl::Milliseconds(400), [&] { return watcher.beats() > 0; }));
  const std::string project = token->project().id();
  cloud.Change("UPDATE project SET enabled = 0 WHERE name = 'admin'", v1::PROJECT, project);
  CHECK(testing::WaitFor("change streamed", absl::Milliseconds(400),
                         [&] { return watcher.Heard(v1::PROJECT, project); }));
  CHECK(ReasonOf(b.Authenticate(token->id()).status()) == "TOKEN_INVALID");
}

TEST_CASE_METHOD(
    Fixture, "with the database gone nothing is said: unavailable, no beats, and back by itself",
    "[integration][identity][faults]") {
  const auto token = a.Login("s3cret");
  REQUIRE(token.ok());
  Watcher watcher(a, 0);
  REQUIRE(
      testing::WaitFor("first beat", absl::Milliseconds(400), [&] { return watcher.beats() > 0; }));
  server.Kill9();
  CHECK(absl::IsUnavailable(a.Authenticate(token->id()).status()));
  const int beats = watcher.beats();
  CHECK(absl::IsUnavailable(a.Authenticate(token->id()).status()));
  CHECK(watcher.beats() == beats);
  server.Start();
  CHECK(testing::WaitFor("authenticates again", absl::Seconds(3),
                         [&] { return a.Authenticate(token->id()).ok(); }));
  CHECK(testing::WaitFor("beats again", absl::Seconds(3), [&] { return watcher.beats() > beats; }));
}

}  // namespace
}  // namespace tstack::identity
