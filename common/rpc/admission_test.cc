#include "common/rpc/admission.h"

#include <catch2/catch.hpp>

#include "common/ids/fake_ids.h"
#include "common/rpc/testing/certificates.h"
#include "common/rpc/wire.h"
#include "common/time/fake_clock.h"

namespace tstack::rpc {
namespace {

struct Fixture {
  // Whole milliseconds: that is how contexts tell their expiry.
  Fixture() { clock.SetNow(absl::FromUnixMillis(absl::ToUnixMillis(RealClock().Now()))); }

  Arrival Call(const std::string& rpc) {
    Arrival arrival;
    arrival.path = "/tstack.rpctest.v1.Echo/" + rpc;
    arrival.method = FindMethod(arrival.path);
    arrival.peer = {"test", "api-gateway", "h1"};
    call_bytes = metadata.SerializeAsString();
    arrival.call_bytes = call_bytes;
    arrival.context_bytes = context_bytes;
    return arrival;
  }
  StatusOr<CallContext> Admit(const Arrival& arrival, const std::string& request = "request") {
    return AdmitCall(arrival, request, absl::Seconds(10), verifier, ids, clock);
  }
  void SignFor(const std::string& rpc, const std::string& audience = "echo") {
    common::v1::AuthContext auth;
    auth.set_user_id("alice");
    auto signer = Ed25519ContextSigner::Load(certificates.signing_key_file(), "gateway", clock);
    REQUIRE(signer.ok());
    context_bytes = (*signer)->Sign(auth, audience, "/tstack.rpctest.v1.Echo/" + rpc, "request");
  }

  TestCertificates certificates;
  FakeClock clock;
  FakeIds ids;
  ContextVerifier verifier{certificates.context_keys_dir(), "echo", clock};
  common::v1::CallMetadata metadata;
  std::string call_bytes;
  std::string context_bytes;
};

}  // namespace

TEST_CASE("only the named roles of the same installation may call", "[unit][rpc]") {
  const auto check = [](const char* rpc, const char* instance, const char* role) {
    return CheckCaller(*FindMethod(std::string("/tstack.rpctest.v1.Echo/") + rpc),
                       {instance, role, "h"}, "test")
        .ok();
  };
  CHECK(check("ForGateway", "test", "api-gateway"));
  CHECK_FALSE(check("ForGateway", "test", "volume"));
  CHECK(check("ForVolume", "test", "volume"));
  CHECK_FALSE(check("ForVolume", "test", "api-gateway"));
  CHECK(check("Say", "test", "anything"));
  CHECK_FALSE(check("Say", "other", "api-gateway"));
}

TEST_CASE_METHOD(Fixture, "the handler sees what the caller sent", "[unit][rpc]") {
  metadata.set_request_id("req-7");
  metadata.set_api_version("2.26");
  metadata.set_path("/v1/texts/a?x=y");
  metadata.set_idempotency_key("k");
  metadata.set_route(1);
  const CallContext ctx = *Admit(Call("WithPolicy"));
  CHECK(ctx.request.request_id == "req-7");
  CHECK(ctx.api_version == ApiVersion{2, 26});
  CHECK(ctx.request.path == "/v1/texts/a?x=y");
  CHECK(ctx.request.idempotency_key == "k");
  CHECK(ctx.policy == "echo:create");
  CHECK(ctx.peer_role == "api-gateway");
  CHECK(ctx.peer_host == "h1");
  CHECK(ctx.rpc_method == "/tstack.rpctest.v1.Echo/WithPolicy");
  CHECK(ctx.request.auth.user_id().empty());
}

TEST_CASE_METHOD(Fixture,
                 "a call without a request id gets one, a route that is not there is refused",
                 "[unit][rpc]") {
  CHECK(Admit(Call("Say"))->request.request_id.starts_with("req-"));
  metadata.set_route(2);
  CHECK(ReasonOf(Admit(Call("WithPolicy")).status()) == "BAD_CALL_METADATA");
}

TEST_CASE_METHOD(Fixture, "the earliest deadline wins", "[unit][rpc]") {
  Arrival arrival = Call("Say");
  CHECK(Admit(arrival)->deadline == clock.Now() + absl::Seconds(10));
  arrival.deadline = clock.Now() + absl::Seconds(3);
  CHECK(Admit(arrival)->deadline == clock.Now() + absl::Seconds(3));
  CHECK(Admit(Call("SayQuickly"))->deadline == clock.Now() + absl::Milliseconds(100));
  CHECK(Admit(Call("Count"))->deadline == absl::InfiniteFuture());
}

TEST_CASE_METHOD(Fixture, "a signed context becomes the call's user", "[unit][rpc]") {
  SignFor("Say");
  CHECK(Admit(Call("Say"))->request.auth.user_id() == "alice");
}

TEST_CASE_METHOD(Fixture, "a context for another call, request or service is refused",
                 "[unit][rpc]") {
  SignFor("Say");
  CHECK(ReasonOf(Admit(Call("SaySafely")).status()) == "CONTEXT_INVALID");
  CHECK(ReasonOf(Admit(Call("Say"), "other request").status()) == "CONTEXT_INVALID");
  SignFor("Say", "volume");
  CHECK(ReasonOf(Admit(Call("Say")).status()) == "CONTEXT_INVALID");
}

TEST_CASE_METHOD(Fixture, "an expired context is refused, also one from a far future",
                 "[unit][rpc]") {
  SignFor("Say");
  clock.Advance(kContextLifetime + kContextSkew);
  CHECK(Admit(Call("Say")).ok());
  clock.Advance(absl::Milliseconds(1));
  CHECK(ReasonOf(Admit(Call("Say")).status()) == "CONTEXT_EXPIRED");
  clock.Advance(-absl::Minutes(1));
  CHECK(ReasonOf(Admit(Call("Say")).status()) == "CONTEXT_INVALID");
}

TEST_CASE_METHOD(Fixture, "a forged context is refused", "[unit][rpc]") {
  SignFor("Say");
  common::v1::SignedUserContext context;
  REQUIRE(context.ParseFromString(context_bytes));
  common::v1::UserContextClaims claims;
  REQUIRE(claims.ParseFromString(context.claims()));
  claims.mutable_auth()->set_user_id("admin");
  context.set_claims(claims.SerializeAsString());
  context_bytes = context.SerializeAsString();
  CHECK(ReasonOf(Admit(Call("Say")).status()) == "CONTEXT_INVALID");
  context_bytes = "nonsense";
  CHECK(ReasonOf(Admit(Call("Say")).status()) == "CONTEXT_INVALID");
}

TEST_CASE_METHOD(Fixture, "rpcs without users ignore contexts", "[unit][rpc]") {
  context_bytes = "nonsense";
  CHECK(Admit(Call("WithoutUser"))->request.auth.user_id().empty());
}

}  // namespace tstack::rpc
