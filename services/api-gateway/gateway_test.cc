// The whole gateway over real HTTP, in front of a backend that it knows from its proto file only.
#include "services/api-gateway/gateway.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "common/log/capture.h"
#include "services/api-gateway/testing/test_gateway.h"

namespace tstack::gateway {
namespace {

using toy::v1::Toy;

constexpr char kShow[] = "/tstack.toy.v1.Toys/ShowToy";
constexpr char kCreate[] = "/tstack.toy.v1.Toys/CreateToy";
constexpr char kDelete[] = "/tstack.toy.v1.Toys/DeleteToy";
constexpr char kWind[] = "/tstack.toy.v1.Toys/Wind";
constexpr char kList[] = "/tstack.toy.v1.Toys/ListToys";

std::string ToyBytes(const std::string& id, const std::string& name) {
  Toy toy;
  toy.set_id(id);
  toy.set_name(name);
  return toy.SerializeAsString();
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The toy box: shows any toy, keeps the last call.
struct Toybox {
  explicit Toybox(TestGateway& gateway) {
    gateway.toys.On(kShow, [this](const FakeCall& call) -> StatusOr<rpc::Reply> {
      Keep(call);
      toy::v1::ShowToyRequest request;
      request.ParseFromString(call.request);
      if (request.id() == "missing")
        return ResourceError(StatusCode::kNotFound, "TOY_NOT_FOUND", "toy", "missing",
                             "there is no such toy");
      return rpc::Reply{ToyBytes(request.id(), "bear"), {}};
    });
    for (const char* path : {kCreate, kWind, kDelete}) {
      gateway.toys.On(path, [this](const FakeCall& call) -> StatusOr<rpc::Reply> {
        Keep(call);
        return rpc::Reply{call.path == kDelete ? "" : ToyBytes("1", "new"), {}};
      });
    }
  }
  void Keep(const FakeCall& call) {
    absl::MutexLock lock(&mutex);
    last = call;
  }
  FakeCall Last() {
    absl::MutexLock lock(&mutex);
    return last;
  }
  absl::Mutex mutex;
  FakeCall last;
};

TEST_CASE("a service is served from its proto alone", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  const auto shown = gateway.Get("/toy/v1/toys/7");
  CHECK(shown.status == 200);
  CHECK(shown.body == R"({"toy":{"id":"7","name":"bear"}})");
  CHECK(shown.headers.Find("x-openstack-request-id")->substr(0, 4) == "req-");
  const auto created =
      gateway.Send(TestGateway::Request("POST", "/toy/v1/toys", R"({"toy":{"name":"x"}})"));
  CHECK(created.status == 201);
  CHECK(gateway.Send(TestGateway::Request("DELETE", "/toy/v1/toys/7")).status == 204);
}

TEST_CASE("the backend learns who asks, for what and under which id", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  auto request = TestGateway::Request("GET", "/toy/v1/toys/7?token=abc");
  const std::string global = "req-0f411f61-16e0-4dd7-9222-6f2e32c150ce";
  request.headers.Add("X-OpenStack-Request-ID", global);
  request.headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const auto response = gateway.Send(request);
  const FakeCall call = box.Last();
  CHECK(call.ctx.request.request_id == response.headers.Find("x-openstack-request-id"));
  CHECK(call.ctx.request.request_id != global);
  CHECK(call.ctx.request.global_request_id == global);
  CHECK(call.ctx.request.auth.user_id() == "alice");
  CHECK(call.ctx.request.traceparent.size() == 55);
  CHECK(call.ctx.request.method == "GET");
  CHECK(call.ctx.request.path == "/toy/v1/toys/7?token=***");
  CHECK(call.ctx.deadline < absl::Now() + absl::Seconds(11));
  REQUIRE(call.options.signer != nullptr);
}

TEST_CASE("without a valid token there is no way in", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  CHECK(gateway.Get("/toy/v1/toys/7", "").status == 401);
  CHECK(gateway.Get("/toy/v1/toys/7", "forged").status == 401);
  CHECK(gateway.Get("/toy/v1/toys/7", "alice-token").status == 200);
  CHECK(gateway.Get("/toy/v1/nothing", "").status == 404);
  auto twice = TestGateway::Request("GET", "/toy/v1/toys/7");
  twice.headers.Add("X-Auth-Token", "other");
  CHECK(gateway.Send(twice).status == 400);
  // A public route does not look at the token.
  CHECK(gateway.Send(TestGateway::Request("POST", "/toy/v1/wind", R"({"toy":{"name":"x"}})", "bad"))
            .status == 200);
}

TEST_CASE("a token is asked for once, and again after it is revoked", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  for (int i = 0; i < 5; ++i) CHECK(gateway.Get("/toy/v1/toys/7").status == 200);
  CHECK(gateway.authority.questions() == 1);
  gateway.authority.Revoke("alice-token");
  CHECK(gateway.Get("/toy/v1/toys/7").status == 401);
}

TEST_CASE("a token that a call has ended is refused at once, without word from the stream",
          "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  gateway.authority.AddToken("bob-token", UserContext("bob"));
  gateway.toys.On(kDelete, [&](const FakeCall&) -> StatusOr<rpc::Reply> {
    gateway.authority.SetSilent(true);
    gateway.authority.Revoke("alice-token");
    rpc::Reply reply;
    common::v1::AuthChanges& changes = *reply.metadata.mutable_auth_changes();
    changes.set_seq(101);
    changes.add_changed()->set_kind(identity::v1::TOKEN);
    changes.mutable_changed(0)->set_id("audit-alice-token");
    return reply;
  });
  CHECK(gateway.Get("/toy/v1/toys/7", "alice-token").status == 200);
  const auto ended =
      gateway.Send(TestGateway::Request("DELETE", "/toy/v1/toys/7", "", "bob-token"));
  CHECK(ended.status == 204);
  CHECK(gateway.Get("/toy/v1/toys/7", "alice-token").status == 401);
}

TEST_CASE("while identity is gone the cache serves for a second at most, then 503, then again",
          "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  CHECK(gateway.Get("/toy/v1/toys/7").status == 200);
  gateway.authority.SetDown(true);
  const absl::Time gone = absl::Now();
  const int status = gateway.Get("/toy/v1/toys/7").status;
  CHECK((status == 200 || absl::Now() - gone > absl::Milliseconds(700)));  // the box is slow
  TestGateway::WaitFor([&] { return gateway.Get("/toy/v1/toys/7").status == 503; });
  CHECK(absl::Now() - gone < absl::Seconds(10));
  const auto refused = gateway.Get("/toy/v1/toys/7");
  CHECK(refused.headers.Find("Retry-After").has_value());
  CHECK_FALSE(gateway.gateway().Ready().ok());
  gateway.authority.SetDown(false);
  CHECK(gateway.Get("/toy/v1/toys/7").status == 200);  // asked, not cached
  gateway.WaitUntilReady();
}

TEST_CASE("what changed while the stream was down is applied before the cache is used again",
          "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  CHECK(gateway.Get("/toy/v1/toys/7").status == 200);
  gateway.authority.SetDown(true);
  gateway.authority.Revoke("alice-token");
  gateway.authority.SetDown(false);
  TestGateway::WaitFor([&] { return gateway.authority.open_streams() == 1; });
  gateway.WaitUntilReady();
  CHECK(gateway.authority.last_after_seq() == 100);
  CHECK(gateway.Get("/toy/v1/toys/7").status == 401);
}

TEST_CASE("a silent stream is replaced", "[integration][gateway]") {
  TestGateway gateway;
  gateway.authority.SetSilent(true);
  TestGateway::WaitFor([&] { return !gateway.gateway().Ready().ok(); });
  gateway.authority.SetSilent(false);
  gateway.WaitUntilReady();
}

TEST_CASE("an answer that was overtaken by its token's end is not used", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  gateway.authority.SetHold(true);
  auto client = http::Client::Connect(gateway.ClientFor());
  REQUIRE(
      (*client)
          ->SendRaw("GET /toy/v1/toys/7 HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice-token\r\n\r\n")
          .ok());
  TestGateway::WaitFor([&] { return gateway.authority.questions() == 1; });
  gateway.authority.Revoke("alice-token");
  gateway.authority.SetHold(false);
  gateway.authority.Release();  // "valid", read before the revocation
  CHECK((*client)->Receive()->status == 401);
  CHECK(gateway.authority.questions() == 2);
}

TEST_CASE("concurrent requests with one unknown token ask once", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  gateway.authority.SetHold(true);
  std::vector<std::unique_ptr<http::Client>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(*http::Client::Connect(gateway.ClientFor()));
    REQUIRE(clients.back()
                ->SendRaw("GET /toy/v1/toys/7 HTTP/1.1\r\nHost: x\r\n"
                          "X-Auth-Token: alice-token\r\n\r\n")
                .ok());
  }
  TestGateway::WaitFor(
      [&] { return Contains(gateway.metrics.Text(), "tstack_gateway_requests_in_flight 8"); });
  gateway.authority.SetHold(false);
  gateway.authority.Release();
  for (auto& client : clients) CHECK(client->Receive()->status == 200);
  CHECK(gateway.authority.questions() == 1);
}

TEST_CASE("an expired token needs a service token with a service role beside it",
          "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  auto expired = UserContext("bob");
  expired.set_expires_at_unix(absl::ToUnixSeconds(absl::Now()) - 10);
  gateway.authority.AddToken("expired", expired);
  auto service = UserContext("nova");
  service.add_roles("service");
  gateway.authority.AddToken("service", service);
  auto request = TestGateway::Request("GET", "/toy/v1/toys/7", "", "expired");
  CHECK(gateway.Send(request).status == 401);
  request.headers.Set("X-Service-Token", "alice-token");  // valid, but no service
  CHECK(gateway.Send(request).status == 401);
  request.headers.Set("X-Service-Token", "forged");
  CHECK(gateway.Send(request).status == 401);
  request.headers.Set("X-Service-Token", "service");
  CHECK(gateway.Send(request).status == 200);
  CHECK(box.Last().ctx.request.auth.user_id() == "bob");
  CHECK(box.Last().ctx.request.auth.service_user_id() == "nova");
  request.headers.Remove("X-Service-Token");
  CHECK(gateway.Send(request).status == 401);  // what was allowed beside a service is not now
}

TEST_CASE("errors of the backend have the dialect's form", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  const auto missing = gateway.Get("/toy/v1/toys/missing");
  CHECK(missing.status == 404);
  CHECK(Contains(missing.body, "there is no such toy"));
  CHECK(gateway.Send(TestGateway::Request("POST", "/toy/v1/toys", "{\"toy\":")).status == 400);
  CHECK(gateway.Send(TestGateway::Request("PUT", "/toy/v1/toys")).status == 405);
  gateway.toys.On(kShow, [](const FakeCall&) -> StatusOr<rpc::Reply> {
    return Error(StatusCode::kInternal, "BUG", "secret details of a bug");
  });
  const auto bug = gateway.Get("/toy/v1/toys/7");
  CHECK(bug.status == 500);
  CHECK_FALSE(Contains(bug.body, "secret details"));
}

TEST_CASE("a short list is whole, a long one chunked, a broken one visibly incomplete",
          "[integration][gateway]") {
  TestGateway gateway;
  std::atomic<int> count = 3;
  Status end;
  gateway.toys.OnStream(kList, [&](const FakeCall&, const std::function<bool(std::string)>& item) {
    for (int i = 0; i < count; ++i)
      if (!item(ToyBytes(absl::StrCat(i), "toy"))) return absl::CancelledError("stopped");
    return end;
  });
  const auto little = gateway.Get("/toy/v1/toys");
  CHECK(little.status == 200);
  CHECK(little.headers.Find("Content-Length").has_value());
  CHECK(Contains(little.body, R"("toys":[{"id":"0","name":"toy"},{"id":"1")"));
  count = 20000;
  const auto large = gateway.Get("/toy/v1/toys");
  CHECK(large.headers.Find("Transfer-Encoding") == "chunked");
  CHECK(Contains(large.body, R"({"id":"19999","name":"toy"}])"));
  end = Error(StatusCode::kUnavailable, "DATABASE_GONE", "no database");
  auto client = http::Client::Connect(gateway.ClientFor());
  CHECK_FALSE((*client)->Send(TestGateway::Request("GET", "/toy/v1/toys")).ok());
  count = 3;
  CHECK(gateway.Get("/toy/v1/toys").status == 503);
}

TEST_CASE("idempotency keys are checked and passed on, but not where answers are secret",
          "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  auto request = TestGateway::Request("POST", "/toy/v1/toys", R"({"toy":{"name":"x"}})");
  request.headers.Set("Idempotency-Key", "key-1");
  CHECK(gateway.Send(request).status == 201);
  CHECK(box.Last().ctx.request.idempotency_key == "key-1");
  request.target = "/toy/v1/wind";
  CHECK(gateway.Send(request).status == 200);
  CHECK(box.Last().path == kWind);
  CHECK(box.Last().ctx.request.idempotency_key.empty());
  request.target = "/toy/v1/toys";
  for (const std::string& bad : {std::string(256, 'k'), std::string("k\xc3\xa9")}) {
    request.headers.Set("Idempotency-Key", bad);
    CHECK(gateway.Send(request).status == 400);
  }
}

TEST_CASE("too many requests in work are refused with a time to come back",
          "[integration][gateway]") {
  TestGateway gateway([](auto& config) { config.set_max_in_flight(1); });
  Toybox box(gateway);
  gateway.authority.SetHold(true);
  auto first = *http::Client::Connect(gateway.ClientFor());
  REQUIRE(
      first->SendRaw("GET /toy/v1/toys/7 HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice-token\r\n\r\n")
          .ok());
  TestGateway::WaitFor([&] { return gateway.authority.questions() == 1; });
  const auto refused = gateway.Get("/toy/v1/toys/7");
  CHECK(refused.status == 503);
  CHECK(refused.headers.Find("Retry-After") == "1");
  gateway.authority.SetHold(false);
  gateway.authority.Release();
  CHECK(first->Receive()->status == 200);
  TestGateway::WaitFor([&] { return gateway.Get("/toy/v1/toys/7").status == 200; });
}

TEST_CASE("a body beyond the limit is refused in the dialect's form", "[integration][gateway]") {
  TestGateway gateway;
  const auto refused =
      gateway.Send(TestGateway::Request("POST", "/toy/v1/toys", std::string(70 * 1024, ' ')));
  CHECK(refused.status == 413);
  CHECK(refused.headers.Find("x-openstack-request-id").has_value());
  CHECK(Contains(refused.body, "too large"));
}

TEST_CASE("the shared port's root tells what is served", "[integration][gateway]") {
  TestGateway gateway;
  const auto index = gateway.Get("/", "");
  CHECK(index.status == 200);
  CHECK(Contains(index.body, "/toy\""));
  const auto openapi = gateway.Get("/openapi.json", "");
  CHECK(openapi.status == 200);
  CHECK(Contains(openapi.body, "\"/toy/v1/toys/{id}\""));
  CHECK(gateway.Get("/elsewhere", "").status == 404);
  const auto head = gateway.Send(TestGateway::Request("HEAD", "/"));
  CHECK(head.status == 200);
  CHECK(head.body.empty());
}

TEST_CASE("a port of its own serves one service without prefix", "[integration][gateway]") {
  TestGateway gateway([](auto& config) {
    auto* listener = config.add_listeners();
    listener->set_name("toys");
    listener->set_listen("127.0.0.1:0");
    listener->set_service("toy");
  });
  Toybox box(gateway);
  CHECK(gateway.Send(TestGateway::Request("GET", "/v1/toys/7"), 1).status == 200);
  CHECK(gateway.Send(TestGateway::Request("GET", "/toy/v1/toys/7"), 1).status == 404);
  CHECK(gateway.Send(TestGateway::Request("GET", "/v1/toys/7"), 0).status == 404);
}

TEST_CASE("browsers of allowed origins may read, others may not", "[integration][gateway]") {
  TestGateway gateway([](auto& config) {
    auto* cors = config.mutable_cors();
    cors->add_allowed_origins("https://ui.example");
    cors->add_allowed_methods("GET");
    cors->add_allowed_headers("X-Auth-Token");
    cors->add_expose_headers("X-Subject-Token");
  });
  Toybox box(gateway);
  auto preflight = TestGateway::Request("OPTIONS", "/toy/v1/toys/7", "", "");
  preflight.headers.Add("Origin", "https://ui.example");
  preflight.headers.Add("Access-Control-Request-Method", "GET");
  const auto allowed = gateway.Send(preflight);
  CHECK(allowed.status == 204);
  CHECK(allowed.headers.Find("Access-Control-Allow-Origin") == "https://ui.example");
  CHECK(allowed.headers.Find("Access-Control-Allow-Headers") == "X-Auth-Token");
  preflight.headers.Set("Origin", "https://evil.example");
  CHECK_FALSE(gateway.Send(preflight).headers.Find("Access-Control-Allow-Origin"));
  auto request = TestGateway::Request("GET", "/toy/v1/toys/7", "", "");
  request.headers.Add("Origin", "https://ui.example");
  const auto refused = gateway.Send(request);  // a page must see why, too
  CHECK(refused.status == 401);
  CHECK(refused.headers.Find("Access-Control-Expose-Headers") == "X-Subject-Token");
}

TEST_CASE("each request leaves one line, without its token", "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  log::Capture capture;
  gateway.Get("/toy/v1/toys/7?X-Auth-Token=alice-token");
  TestGateway::WaitFor([&] { return capture.Count("\"request\"") == 1; });
  CHECK(capture.Count("alice-token") == 0);
  CHECK(capture.Count("\"user_id\":\"alice\"") + capture.Count("alice") > 0);
  CHECK(capture.Count("\"status\":200") == 1);
}

// ------------------------------------------------------------------------------------ raw handlers

TEST_CASE("a raw handler takes a body as it arrives", "[integration][gateway][raw]") {
  RawHandlers handlers;
  std::vector<std::thread> readers;
  absl::Mutex mutex;
  handlers["toy-bytes"] = [&](std::shared_ptr<RawExchange> exchange) {
    absl::MutexLock lock(&mutex);
    readers.emplace_back([exchange = std::move(exchange)] {
      size_t total = 0;
      for (auto piece = exchange->body()->Read(); piece.ok() && !piece->empty();
           piece = exchange->body()->Read())
        total += piece->size();
      http::Response response;
      response.body = absl::StrCat(exchange->ctx().request.auth.user_id(), " sent ", total);
      exchange->Send(std::move(response));
    });
  };
  {
    TestGateway gateway(nullptr, handlers);
    const auto response = gateway.Send(
        TestGateway::Request("PUT", "/toy/v1/toys/7/bytes", std::string(1'000'000, 'x')));
    CHECK(response.body == "alice sent 1000000");
    CHECK(gateway.Send(TestGateway::Request("PUT", "/toy/v1/toys/7/bytes", "x", "")).status == 401);
    for (std::thread& reader : readers) reader.join();
  }
}

TEST_CASE("a raw handler that drops its request answers 500", "[integration][gateway][raw]") {
  TestGateway gateway;
  CHECK(gateway.Send(TestGateway::Request("PUT", "/toy/v1/toys/7/bytes", "x")).status == 500);
}

TEST_CASE("a route that names an unknown raw handler refuses to start", "[integration][gateway]") {
  TestGateway gateway;
  const auto refused = gateway.TryStart({});
  CHECK(ReasonOf(refused.status()) == "UNKNOWN_RAW_HANDLER");
  CHECK(Contains(std::string(refused.status().message()), "toy-bytes"));
}

TEST_CASE("a draining gateway is not ready, finishes its requests and closes",
          "[integration][gateway]") {
  TestGateway gateway;
  Toybox box(gateway);
  gateway.authority.SetHold(true);
  auto client = *http::Client::Connect(gateway.ClientFor());
  REQUIRE(
      client->SendRaw("GET /toy/v1/toys/7 HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice-token\r\n\r\n")
          .ok());
  TestGateway::WaitFor([&] { return gateway.authority.questions() == 1; });
  std::thread drainer([&] { gateway.gateway().Drain(absl::ZeroDuration(), absl::Seconds(20)); });
  TestGateway::WaitFor([&] { return !gateway.gateway().Ready().ok(); });
  TestGateway::WaitFor([&] { return !http::Client::Connect(gateway.ClientFor()).ok(); });
  gateway.authority.SetHold(false);
  gateway.authority.Release();
  const auto response = client->Receive();
  REQUIRE(response.ok());
  CHECK(response->status == 200);
  CHECK(response->headers.Find("Connection") == "close");
  drainer.join();
}

}  // namespace
}  // namespace tstack::gateway
