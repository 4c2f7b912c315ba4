// Servers over real gRPC with mTLS, on unix sockets and loopback TCP.
#include "common/rpc/server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include <catch2/catch.hpp>

#include "common/log/capture.h"
#include "common/rpc/testing/echo_server.h"
#include "common/rpc/wire.h"

namespace tstack::rpc {
namespace {

StatusOr<Text> Say(Channel& channel, const std::string& rpc, const std::string& text,
                   const CallOptions& options = {}) {
  return channel.Call<Text>(SoonContext(), EchoPath(rpc), MakeText(text), options);
}

EchoBehaviour Saying(std::function<StatusOr<Text>(const CallContext&, const Text&)> say) {
  EchoBehaviour behaviour;
  behaviour.say = std::move(say);
  return behaviour;
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The code that a client with these credentials gets.
grpc::StatusCode CallWith(const std::string& address,
                          const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(TlsNameOfRole("echo"));
  grpc::GenericStub stub(grpc::CreateCustomChannel(address, credentials, arguments));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(RealClock().Now() + absl::Seconds(10)));
  const grpc::ByteBuffer request = ToByteBuffer(MakeText("x"));
  grpc::ByteBuffer response;
  grpc::Status status;
  absl::Notification done;
  stub.UnaryCall(&context, EchoPath("Say"), grpc::StubOptions(), &request, &response,
                 [&](grpc::Status s) {
                   status = std::move(s);
                   done.Notify();
                 });
  done.WaitForNotification();
  return status.error_code();
}

}  // namespace

TEST_CASE("a call is answered over a unix socket and over TCP, both with certificates",
          "[integration][rpc]") {
  EchoServer echo({}, [](ServerOptions& options, TestCertificates&) {
    options.addresses.push_back("127.0.0.1:0");
  });
  REQUIRE(echo.server->addresses().size() == 2);
  for (const std::string& address : echo.server->addresses()) {
    CHECK_FALSE(address.ends_with(":0"));
    auto answer = Say(*echo.Connect("api-gateway", {address}), "Say", "hello");
    REQUIRE(answer.ok());
    CHECK(answer->text() == "hello");
  }
}

TEST_CASE("roles that an rpc does not name are refused", "[integration][rpc]") {
  EchoServer echo;
  CHECK(Say(*echo.Connect("api-gateway"), "ForGateway", "x").ok());
  log::Capture capture;
  const Status status = Say(*echo.Connect("volume"), "ForGateway", "x").status();
  CHECK(capture.Count("\"event\":\"rpc_failed\",\"request_id\":\"req-test\"") == 1);
  CHECK(status.code() == StatusCode::kPermissionDenied);
  CHECK(ReasonOf(status) == "CALLER_NOT_PERMITTED");
  CHECK(Say(*echo.Connect("volume"), "ForVolume", "x").ok());
}

TEST_CASE("a client without a certificate, or with a stranger's, gets no connection",
          "[integration][rpc]") {
  EchoServer echo;
  TestCertificates strangers;
  const TlsFiles own = echo.certificates->For("api-gateway");
  const TlsFiles foreign = strangers.For("api-gateway");
  const auto credentials = [&own](const std::string& key, const std::string& certificate) {
    return grpc::SslCredentials({ReadFile(own.ca_file), key, certificate});
  };
  CHECK(CallWith(echo.address(),
                 credentials(ReadFile(own.key_file), ReadFile(own.certificate_file))) == grpc::OK);
  CHECK(CallWith(echo.address(), credentials("", "")) == grpc::UNAVAILABLE);
  CHECK(CallWith(echo.address(),
                 credentials(ReadFile(foreign.key_file), ReadFile(foreign.certificate_file))) ==
        grpc::UNAVAILABLE);
}

TEST_CASE("a backend with another role's certificate is not spoken to", "[integration][rpc]") {
  std::atomic<int> served = 0;
  EchoServer impostor(Saying([&](const CallContext&, const Text& text) -> StatusOr<Text> {
                        ++served;
                        return text;
                      }),
                      [](ServerOptions& options, TestCertificates& certificates) {
                        options.tls = certificates.For("volume");
                      });
  const Status status = Say(*impostor.Connect(), "Say", "secret").status();
  CHECK(ReasonOf(status) == "BACKEND_UNAVAILABLE");
  CHECK(served == 0);
}

TEST_CASE("a signed context arrives as the user, a context for another call is refused",
          "[integration][rpc]") {
  EchoServer echo(Saying([](const CallContext& ctx, const Text&) -> StatusOr<Text> {
    return MakeText(ctx.request.auth.user_id());
  }));
  auto signer = Ed25519ContextSigner::Load(echo.certificates->signing_key_file(),
                                           TestCertificates::kSigningKeyId, RealClock());
  REQUIRE(signer.ok());
  CallContext ctx = SoonContext();
  ctx.request.auth.set_user_id("alice");
  auto channel = echo.Connect();
  CHECK(
      channel->Call<Text>(ctx, EchoPath("Say"), MakeText(""), {.signer = signer->get()})->text() ==
      "alice");
  CHECK(channel->Call<Text>(ctx, EchoPath("Say"), MakeText(""))->text().empty());

  // Signs what it signed first: a replay.
  struct Replay final : ContextSigner {
    std::string context;
    std::string Sign(const common::v1::AuthContext&, std::string_view, std::string_view,
                     std::string_view) const override {
      return context;
    }
  } replay;
  replay.context =
      (*signer)->Sign(ctx.request.auth, "echo", EchoPath("Say"), MakeText("").SerializeAsString());
  CHECK(channel->Call<Text>(ctx, EchoPath("Say"), MakeText(""), {.signer = &replay}).ok());
  const Status status =
      channel->Call<Text>(ctx, EchoPath("SaySafely"), MakeText(""), {.signer = &replay}).status();
  CHECK(status.code() == StatusCode::kUnauthenticated);
  CHECK(ReasonOf(status) == "CONTEXT_INVALID");
}

TEST_CASE("deadlines travel and are honoured", "[integration][rpc]") {
  absl::Time seen;
  EchoServer echo(Saying([&](const CallContext& ctx, const Text& text) -> StatusOr<Text> {
    seen = ctx.deadline;
    if (text.text() == "wait") {
      absl::Notification stopped;
      std::stop_callback on_stop(ctx.stop, [&] { stopped.Notify(); });
      stopped.WaitForNotification();  // the caller's deadline stops us
    }
    return text;
  }));
  auto channel = echo.Connect();
  CallContext ctx = SoonContext(absl::Seconds(5));
  REQUIRE(channel->Call<Text>(ctx, EchoPath("Say"), MakeText("")).ok());
  CHECK(seen <= ctx.deadline + absl::Milliseconds(50));
  CHECK(seen > ctx.deadline - absl::Seconds(5));
  const Status status =
      channel->Call<Text>(SoonContext(absl::Milliseconds(200)), EchoPath("Say"), MakeText("wait"))
          .status();
  CHECK(status.code() == StatusCode::kDeadlineExceeded);
  CHECK(ReasonOf(status) == "BACKEND_TIMEOUT");
  // The rpc's own limit is shorter than the caller's.
  CHECK(channel->Call<Text>(SoonContext(), EchoPath("SayQuickly"), MakeText("wait"))
            .status()
            .code() == StatusCode::kDeadlineExceeded);
}

TEST_CASE("a full queue is told at once, and another pool is not concerned", "[integration][rpc]") {
  absl::Notification go;
  std::atomic<int> running = 0;
  EchoServer echo(Saying([&](const CallContext&, const Text& text) -> StatusOr<Text> {
                    if (text.text() == "block") {
                      ++running;
                      go.WaitForNotification();
                    }
                    return text;
                  }),
                  [](ServerOptions& options, TestCertificates&) {
                    options.pools = {{.name = "default", .threads = 1, .queue = 1},
                                     {.name = "safe", .threads = 1, .queue = 1}};
                    options.pool_of = {{"tstack.rpctest.v1.Echo.SaySafely", "safe"}};
                  });
  auto channel = echo.Connect();
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 3; ++i) {
    channel->CallAsync(SoonContext(), EchoPath("Say"), MakeText("block").SerializeAsString(), {},
                       [&](StatusOr<Reply> reply) {
                         const auto d = DetailOf(reply.status());
                         refused += d.reason() == "OVERLOADED" && d.retry_after_seconds() == 1;
                         ++done;
                       });
  }
  while (refused == 0) RealSleeper().Sleep(absl::Milliseconds(1));
  CHECK(Say(*channel, "SaySafely", "free").ok());
  go.Notify();
  while (done < 3) RealSleeper().Sleep(absl::Milliseconds(1));
  CHECK(refused == 1);
}

TEST_CASE("an error keeps code, reason, resource and causes over the hop", "[integration][rpc]") {
  EchoServer echo(Saying([](const CallContext&, const Text&) -> StatusOr<Text> {
    return ResourceError(StatusCode::kNotFound, "TEXT_NOT_FOUND", "text", "t1", "no such text");
  }));
  log::Capture capture;
  const Status status = Say(*echo.Connect(), "Say", "x").status();
  CHECK(status.code() == StatusCode::kNotFound);
  CHECK(std::string(status.message()) == "no such text");
  const common::v1::ErrorDetail detail = DetailOf(status);
  CHECK(detail.reason() == "TEXT_NOT_FOUND");
  CHECK(detail.resource_id() == "t1");
  REQUIRE(detail.causes_size() == 2);
  CHECK(detail.causes(0).hop() == "api-gateway@test-host");
  CHECK(detail.causes(1).hop() == "echo@test-host");
  CHECK(detail.causes(1).message() == "no such text");
  CHECK(capture.Count("\"event\":\"rpc_failed\",\"request_id\":\"req-test\"") == 1);
}

TEST_CASE("an exception becomes an incident whose number leads to the log", "[integration][rpc]") {
  EchoServer echo(Saying([](const CallContext&, const Text&) -> StatusOr<Text> {
    throw std::runtime_error("secret path");
  }));
  log::Capture capture;
  const Status status = Say(*echo.Connect(), "Say", "x").status();
  CHECK(status.code() == StatusCode::kInternal);
  const std::string message(status.message());
  CHECK(message.find("secret path") == std::string::npos);
  const std::string incident = message.substr(message.rfind(' ') + 1);
  CHECK(capture.Count(incident) >= 1);
  CHECK(capture.Count("secret path") == 1);
}

TEST_CASE("an answer of a handler that did not ask its policy is refused", "[integration][rpc]") {
  EchoServer echo(Saying([](const CallContext& ctx, const Text& text) -> StatusOr<Text> {
    if (text.text() == "ask") ctx.state->policy_checked = true;
    return MakeText(ctx.policy);
  }));
  auto channel = echo.Connect();
  CHECK(Say(*channel, "WithPolicy", "ask", {.route = 1})->text() == "echo:create");
  const Status status = Say(*channel, "WithPolicy", "forget").status();
  CHECK(status.code() == StatusCode::kInternal);
  CHECK(ReasonOf(status) == "POLICY_NOT_CHECKED");
  CHECK(Say(*channel, "Say", "no policy").ok());
}

TEST_CASE("outcome and headers travel beside the answer", "[integration][rpc]") {
  EchoServer echo(Saying([](const CallContext& ctx, const Text& text) -> StatusOr<Text> {
    ctx.SetOutcome("created");
    (*ctx.state->response.mutable_headers())["X-Test"] = "1";
    return text;
  }));
  auto channel = echo.Connect();
  auto reply = static_cast<Channel&>(*channel).Call(SoonContext(), EchoPath("Say"), MakeText("x"));
  REQUIRE(reply.ok());
  CHECK(reply->metadata.outcome() == "created");
  CHECK(reply->metadata.headers().at("X-Test") == "1");
}

TEST_CASE("messages above the limit are refused, and the connection survives",
          "[integration][rpc]") {
  EchoServer echo;
  auto channel = echo.Connect();
  Text large;
  large.set_padding(std::string(5 << 20, 'x'));
  CHECK(channel->Call<Text>(SoonContext(), EchoPath("Say"), large).status().code() ==
        StatusCode::kResourceExhausted);
  CHECK(Say(*channel, "Say", "x").ok());
}

TEST_CASE("shutdown lets a running call finish and refuses new ones", "[integration][rpc]") {
  absl::Notification started;
  absl::Notification go;
  EchoServer echo(Saying([&](const CallContext&, const Text& text) -> StatusOr<Text> {
    if (text.text() != "block") return text;
    started.Notify();
    go.WaitForNotification();
    return text;
  }));
  auto channel = echo.Connect();
  absl::Notification done;
  StatusOr<Reply> reply = absl::UnknownError("");
  channel->CallAsync(SoonContext(), EchoPath("Say"), MakeText("block").SerializeAsString(), {},
                     [&](StatusOr<Reply> r) {
                       reply = std::move(r);
                       done.Notify();
                     });
  started.WaitForNotification();
  std::thread stopper([&] { echo.server->Shutdown(absl::Seconds(20)); });
  while (Say(*echo.Connect(), "Say", "new").ok()) RealSleeper().Sleep(absl::Milliseconds(1));
  CHECK_FALSE(done.HasBeenNotified());
  go.Notify();
  done.WaitForNotification();
  stopper.join();
  CHECK(reply.ok());
}

TEST_CASE("shutdown stops calls that outlive the drain", "[integration][rpc]") {
  absl::Notification started;
  EchoServer echo(Saying([&](const CallContext& ctx, const Text& text) -> StatusOr<Text> {
    started.Notify();
    absl::Notification stopped;
    std::stop_callback on_stop(ctx.stop, [&] { stopped.Notify(); });
    stopped.WaitForNotification();
    return text;
  }));
  auto channel = echo.Connect();
  StatusCode code = StatusCode::kOk;
  absl::Notification done;
  channel->CallAsync(SoonContext(), EchoPath("Say"), MakeText("x").SerializeAsString(), {},
                     [&](const StatusOr<Reply>& reply) {
                       code = reply.status().code();
                       done.Notify();
                     });
  started.WaitForNotification();
  echo.server->Shutdown(absl::Milliseconds(50));
  done.WaitForNotification();
  CHECK(code == StatusCode::kUnavailable);
}

TEST_CASE("an address that is taken is an error", "[integration][rpc]") {
  EchoServer echo(
      {}, [](ServerOptions& options, TestCertificates&) { options.addresses = {"127.0.0.1:0"}; });
  ServerOptions options;
  options.service = "echo";
  options.addresses = {echo.address()};
  options.tls = echo.certificates->For("echo");
  const Status status = StartServer(options, EchoHandlers({}), {.metrics = *echo.metrics}).status();
  CHECK(ReasonOf(status) == "ADDRESS_NOT_BOUND");
  options.pool_of = {{"x", "nowhere"}};
  CHECK(ReasonOf(StartServer(options, EchoHandlers({}), {.metrics = *echo.metrics}).status()) ==
        "SERVER_OPTIONS");
}

TEST_CASE("calls are counted and timed by rpc and code", "[integration][rpc]") {
  EchoServer echo;
  {
    auto channel = echo.Connect("volume");
    CHECK(Say(*channel, "Say", "x").ok());
    CHECK_FALSE(Say(*channel, "ForGateway", "x").ok());
  }
  echo.server->Shutdown(absl::Seconds(5));
  const std::string text = echo.metrics->Text();
  const auto has = [&text](const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(R"(tstack_rpc_server_calls_total{code="ok",rpc="Echo/Say"} 1)"));
  CHECK(has(R"(tstack_rpc_server_calls_total{code="permission_denied",rpc="Echo/ForGateway"} 1)"));
  CHECK(has(R"(tstack_rpc_client_calls_total{backend="echo",code="ok"} 1)"));
  CHECK(has("tstack_rpc_server_calls_in_flight 0"));
}

}  // namespace tstack::rpc
