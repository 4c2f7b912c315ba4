// A server on a free loopback port and clients for it. For tests.
#pragma once

#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "common/http/client.h"
#include "common/http/server.h"

namespace tstack::http {

inline Request MakeRequest(std::string method, std::string target, std::string body = "") {
  Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

inline Response Text(int status, std::string body) {
  Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

// Answers with method, target and body of the request.
inline void Echo(Request request, Responder responder) {
  responder.Send(Text(200, request.method + " " + request.target + " " + request.body));
}

class TestServer {
 public:
  explicit TestServer(std::function<void(Request, Responder)> handle = Echo,
                      const Limits& limits = {}) {
    ServerCallbacks callbacks;
    callbacks.handle = std::move(handle);
    Start(std::move(callbacks), limits);
  }
  explicit TestServer(ServerCallbacks callbacks, const Limits& limits = {}) {
    Start(std::move(callbacks), limits);
  }

  Server& server() { return *server_; }
  std::string address() const { return server_->addresses().front(); }
  std::unique_ptr<Client> Connect() {
    ClientOptions options;
    options.address = address();
    auto client = Client::Connect(options);
    REQUIRE(client.ok());
    return *std::move(client);
  }
  void Stop() { server_.reset(); }

 private:
  void Start(ServerCallbacks callbacks, const Limits& limits) {
    ServerOptions options;
    options.listeners.emplace_back("main", "127.0.0.1:0");
    options.limits = limits;
    auto server = Server::Start(std::move(options), std::move(callbacks));
    INFO(server.status());
    REQUIRE(server.ok());
    server_ = *std::move(server);
  }
  std::unique_ptr<Server> server_;
};

}  // namespace tstack::http
