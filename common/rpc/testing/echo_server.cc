#include "common/rpc/testing/echo_server.h"

#include <cstdlib>

namespace tstack::rpc {

Handlers EchoHandlers(EchoBehaviour behaviour) {
  Handlers handlers;
  for (const char* rpc :
       {"Say", "SaySafely", "SayQuickly", "ForGateway", "ForVolume", "WithoutUser", "WithPolicy"}) {
    handlers.Unary<Text, Text>(std::string("tstack.rpctest.v1.Echo.") + rpc, behaviour.say);
  }
  if (behaviour.at_once) {
    handlers.AtOnce<Text, Text>("tstack.rpctest.v1.Echo.SaySafely", behaviour.at_once);
  }
  handlers.ServerStream<Text, Text>("tstack.rpctest.v1.Echo.Count", behaviour.count);
  return handlers;
}

EchoServer::EchoServer(EchoBehaviour behaviour,
                       const std::function<void(ServerOptions&, TestCertificates&)>& adjust)
    : certificates(std::make_shared<TestCertificates>()),
      metrics(std::make_shared<metrics::Registry>()) {
  Start(std::move(behaviour), "echo", adjust);
}

EchoServer::EchoServer(EchoServer& first, const std::string& socket, EchoBehaviour behaviour)
    : certificates(first.certificates), metrics(first.metrics) {
  Start(std::move(behaviour), socket, {});
}

void EchoServer::Start(EchoBehaviour behaviour, const std::string& socket,
                       const std::function<void(ServerOptions&, TestCertificates&)>& adjust) {
  ServerOptions options;
  options.service = "echo";
  options.instance = certificates->instance();
  options.host = "test-host";
  options.addresses = {certificates->Socket(socket)};
  options.tls = certificates->For("echo");
  options.context_keys_dir = certificates->context_keys_dir();
  options.pools = {{.name = "default", .threads = 4, .queue = 16}};
  if (adjust) adjust(options, *certificates);
  auto started = StartServer(options, EchoHandlers(std::move(behaviour)), {.metrics = *metrics});
  if (!started.ok()) {
    fprintf(stderr, "EchoServer: %s\n", std::string(started.status().message()).c_str());
    std::abort();
  }
  server = *std::move(started);
}

std::unique_ptr<Channel> EchoServer::Connect(const std::string& role,
                                             std::vector<std::string> addresses, int max_attempts) {
  if (addresses.empty()) addresses = {address()};
  const ChannelOptions options = {.backend = "echo",
                                  .addresses = std::move(addresses),
                                  .tls = certificates->For(role),
                                  .self = role + "@test-host",
                                  .max_attempts = max_attempts};
  auto channel = MakeChannel(options, {.metrics = *metrics});
  if (!channel.ok()) std::abort();
  return *std::move(channel);
}

CallContext SoonContext(absl::Duration limit) {
  CallContext ctx;
  ctx.request.request_id = "req-test";
  ctx.deadline = RealClock().Now() + limit;
  return ctx;
}

Text MakeText(const std::string& text) {
  Text message;
  message.set_text(text);
  return message;
}

}  // namespace tstack::rpc
