// A whole gateway with real HTTP, in process, in front of a toy backend and a fake identity.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "common/http/client.h"
#include "services/api-gateway/running_gateway.h"
#include "services/api-gateway/testing/fake_channel.h"
#include "testing/toy.pb.h"

namespace tstack::gateway {

// Says what it signs, so that tests can look.
class TransparentSigner final : public rpc::ContextSigner {
 public:
  std::string Sign(const common::v1::AuthContext& auth, std::string_view audience,
                   std::string_view method, std::string_view) const override {
    return auth.user_id() + "|" + std::string(audience) + "|" + std::string(method);
  }
};

inline common::v1::AuthContext UserContext(const std::string& user) {
  common::v1::AuthContext context;
  context.set_user_id(user);
  context.set_project_id("project-of-" + user);
  context.add_roles("member");
  context.set_expires_at_unix(absl::ToUnixSeconds(absl::Now()) + 3600);
  return context;
}

class TestGateway {
 public:
  explicit TestGateway(const std::function<void(config::v1::Gateway&)>& configure = nullptr,
                       RawHandlers raw_handlers = Ignoring()) {
    config_.mutable_gateway()->set_listen("127.0.0.1:0");
    config::v1::Gateway& gateway = *config_.mutable_gateway();
    gateway.set_threads(2);
    gateway.set_max_in_flight(1024);
    gateway.set_max_body_bytes(64 * 1024);
    gateway.set_max_header_bytes(16 * 1024);
    gateway.set_max_connections(100);
    gateway.mutable_request_timeout()->set_seconds(10);
    gateway.mutable_header_timeout()->set_seconds(10);
    gateway.mutable_idle_timeout()->set_seconds(60);
    gateway.mutable_expired_token_grace()->set_seconds(1000);
    gateway.add_service_token_roles("service");
    gateway.set_token_cache_size(100);
    if (configure != nullptr) configure(gateway);
    authority.AddToken("alice-token", UserContext("alice"));
    auto running = TryStart(std::move(raw_handlers));
    INFO(running.status());
    REQUIRE(running.ok());
    gateway_ = *std::move(running);
    beater_ = std::jthread([this](const std::stop_token& stop) {
      while (RealSleeper().Sleep(absl::Milliseconds(50), stop)) authority.Beat();
    });
    WaitUntilReady();
  }
  ~TestGateway() {
    beater_.request_stop();
    gateway_.reset();
  }

  RunningGateway& gateway() { return *gateway_; }
  void Reset() { gateway_.reset(); }

  http::ClientOptions ClientFor(size_t listener = 0) const {
    http::ClientOptions options;
    options.address = gateway_->addresses().at(listener);
    return options;
  }
  http::Response Send(const http::Request& request, size_t listener = 0) {
    auto client = http::Client::Connect(ClientFor(listener));
    REQUIRE(client.ok());
    auto response = (*client)->Send(request);
    INFO(response.status());
    REQUIRE(response.ok());
    return *std::move(response);
  }
  http::Response Get(const std::string& target, const std::string& token = "alice-token") {
    return Send(Request("GET", target, "", token));
  }
  static http::Request Request(const std::string& method, const std::string& target,
                               const std::string& body = "",
                               const std::string& token = "alice-token") {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    if (!token.empty()) request.headers.Add("X-Auth-Token", token);
    if (!body.empty()) request.headers.Add("Content-Type", "application/json");
    return request;
  }

  void WaitUntilReady() {
    WaitFor([this] { return gateway_->Ready().ok(); });
  }
  // Up to ten seconds.
  static void WaitFor(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) RealSleeper().Sleep(absl::Milliseconds(5));
    REQUIRE(condition());
  }

  static RawHandlers Ignoring() {
    RawHandlers handlers;
    handlers["toy-bytes"] = [](const std::shared_ptr<RawExchange>&) {};
    return handlers;
  }

  StatusOr<std::unique_ptr<RunningGateway>> TryStart(RawHandlers raw_handlers) {
    return RunningGateway::Start(
        config_,
        {.metrics = metrics,
         .connect = [this](const std::string& name) -> StatusOr<std::unique_ptr<rpc::Channel>> {
           return Borrow(name == "toybox" ? static_cast<rpc::Channel&>(toys) : authority);
         },
         .signer = std::make_unique<TransparentSigner>(),
         .raw_handlers = std::move(raw_handlers),
         .services = {"tstack.toy.v1.Toys"}});
  }

  metrics::Registry metrics;
  FakeAuthority authority;
  FakeBackend toys;

 private:
  config::v1::Config config_;
  std::unique_ptr<RunningGateway> gateway_;
  std::jthread beater_;
};

}  // namespace tstack::gateway
