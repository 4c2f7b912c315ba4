// A real server with the fixture's Echo service, and channels to it. For the tests of common/rpc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/rpc/context_signer.h"
#include "common/rpc/make_channel.h"
#include "common/rpc/server.h"
#include "common/rpc/testing/certificates.h"
#include "testing/rpc_fixture.pb.h"

namespace tstack::rpc {

using rpctest::v1::Text;

inline std::string EchoPath(const std::string& rpc) { return "/tstack.rpctest.v1.Echo/" + rpc; }

// What the handlers do; each rpc but Count runs `say`.
struct EchoBehaviour {
  std::function<StatusOr<Text>(const CallContext&, const Text&)> say =
      [](const CallContext&, const Text& text) -> StatusOr<Text> { return text; };
  // What SaySafely is asked first; empty: nothing.
  std::function<std::optional<StatusOr<Text>>(const CallContext&, const Text&)> at_once = nullptr;
  std::function<Status(const CallContext&, const Text&, const Sink<Text>&)> count =
      [](const CallContext&, const Text& request, const Sink<Text>& sink) -> Status {
    for (int64_t i = 0; i < request.number(); ++i) {
      Text item;
      item.set_number(i);
      RETURN_IF_ERROR(sink(item));
    }
    return absl::OkStatus();
  };
};

Handlers EchoHandlers(EchoBehaviour behaviour);

// Certificates, metrics and a server of one test.
class EchoServer {
 public:
  // `adjust` may change the options before the server starts; it listens on a unix socket by
  // default.
  explicit EchoServer(EchoBehaviour behaviour = {},
                      const std::function<void(ServerOptions&, TestCertificates&)>& adjust = {});
  // A second server of the same installation.
  EchoServer(EchoServer& first, const std::string& socket, EchoBehaviour behaviour = {});

  // A channel with the certificate of `role`, to this server or to the given addresses.
  std::unique_ptr<Channel> Connect(const std::string& role = "api-gateway",
                                   std::vector<std::string> addresses = {}, int max_attempts = 3);
  const std::string& address() const { return server->addresses().front(); }

  std::shared_ptr<TestCertificates> certificates;
  std::shared_ptr<metrics::Registry> metrics;
  std::unique_ptr<Server> server;

 private:
  void Start(EchoBehaviour behaviour, const std::string& socket,
             const std::function<void(ServerOptions&, TestCertificates&)>& adjust);
};

// A context with a deadline, far enough for a loaded machine.
CallContext SoonContext(absl::Duration limit = absl::Seconds(20));
Text MakeText(const std::string& text);

}  // namespace tstack::rpc
