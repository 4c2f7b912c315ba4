// One process's worth of the identity service: real gRPC with mTLS, on a real database. For tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/rpc/make_channel.h"
#include "common/rpc/testing/certificates.h"
#include "common/trace/trace.h"
#include "services/identity/wiring/identity_service.h"
#include "services/identity/wiring/test_cloud.h"
#include "tstack/identity/v1/authority.pb.h"
#include "tstack/identity/v1/tokens.pb.h"

namespace tstack::identity {

// The configuration of TestConfig() with keys that are read again every second.
inline config::v1::Identity ReplicaConfig() {
  config::v1::Identity config = TestConfig();
  config.mutable_key_refresh()->set_seconds(1);
  return config;
}

// Service, server, background threads, and a gateway's channel to it.
class Replica {
 public:
  Replica(const TestCloud& cloud, rpc::TestCertificates& certificates, const std::string& name,
          const config::v1::Identity& config = ReplicaConfig()) {
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
  IdentityService& service() { return *service_; }
  metrics::Registry& metrics() { return metrics_; }

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
    return channel_->Call<v1::Token>(testing::Deadline(), "/tstack.identity.v1.Tokens/IssueToken",
                                     request);
  }
  StatusOr<v1::AuthenticateResponse> Authenticate(const std::string& token) {
    v1::AuthenticateRequest request;
    request.set_token(token);
    return channel_->Call<v1::AuthenticateResponse>(
        testing::Deadline(absl::Seconds(5)), "/tstack.identity.v1.Authority/Authenticate", request);
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

}  // namespace tstack::identity
