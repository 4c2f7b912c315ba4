#include "common/rpc/wire.h"

#include <catch2/catch.hpp>

#include "common/rpc/tls.h"
#include "testing/rpc_fixture.pb.h"

namespace tstack::rpc {

TEST_CASE("a status crosses the wire with its payload", "[unit][rpc]") {
  Status status =
      ResourceError(StatusCode::kNotFound, "TEXT_NOT_FOUND", "text", "t1", "no such text");
  status = AddCause(status, "echo@h", "db", "0 rows");
  const Status back = FromGrpcStatus(ToGrpcStatus(status), ErrorBytes(status));
  CHECK(back == status);
  CHECK(ToGrpcStatus(absl::OkStatus()).ok());
  CHECK(FromGrpcStatus(grpc::Status(grpc::NOT_FOUND, "x"), "\xFF\xFF").code() ==
        StatusCode::kNotFound);
}

TEST_CASE("a long message is cut: metadata has a limit", "[unit][rpc]") {
  const Status status = Error(StatusCode::kInternal, "LONG", std::string(100000, 'x'));
  CHECK(ToGrpcStatus(status).error_message().size() < 5000);
}

TEST_CASE("an id of any length in an error crosses the wire, cut between characters",
          "[unit][rpc]") {
  std::string id = "x";
  for (int i = 0; i < 30'000; ++i) id += "ä";
  const Status status = ResourceError(StatusCode::kNotFound, "NO_SERVICE", "service", id, id);
  CHECK(ErrorBytes(status).size() < 2000);
  const Status back = FromGrpcStatus(ToGrpcStatus(status), ErrorBytes(status));
  CHECK(ReasonOf(back) == "NO_SERVICE");
  CHECK(DetailOf(back).resource_id().ends_with("ä…"));
}

TEST_CASE("rpcs are safe if they say so or are only read by HTTP", "[unit][rpc]") {
  CHECK(IsSafe(*FindMethod("/tstack.rpctest.v1.Echo/SaySafely")));
  CHECK_FALSE(IsSafe(*FindMethod("/tstack.rpctest.v1.Echo/Say")));
  CHECK_FALSE(
      IsSafe(*FindMethod("/tstack.rpctest.v1.Echo/WithPolicy")));  // one of its routes is POST
  CHECK(FindMethod("/tstack.rpctest.v1.Echo/Nothing") == nullptr);
  CHECK(FindMethod("nonsense") == nullptr);
}

TEST_CASE("calls are limited, streams only if they ask for it", "[unit][rpc]") {
  const auto limit = [](const char* path) {
    return MaxDuration(*FindMethod(path), absl::Seconds(10));
  };
  CHECK(limit("/tstack.rpctest.v1.Echo/Say") == absl::Seconds(10));
  CHECK(limit("/tstack.rpctest.v1.Echo/SayQuickly") == absl::Milliseconds(100));
  CHECK(limit("/tstack.rpctest.v1.Echo/Count") == absl::InfiniteDuration());
}

TEST_CASE("names for people leave out the package", "[unit][rpc]") {
  CHECK(ShortName("/tstack.identity.v1.Projects/CreateProject") == "Projects/CreateProject");
  CHECK(ShortName("/Plain/Call") == "Plain/Call");
  CHECK(ShortName("").empty());
}

TEST_CASE("bytes and messages survive the buffer", "[unit][rpc]") {
  rpctest::v1::Text text;
  text.set_text("hello");
  CHECK(*ToBytes(ToByteBuffer(text)) == text.SerializeAsString());
  CHECK(*ToBytes(ToByteBuffer(std::string())) == "");
}

TEST_CASE("a peer's name has instance, role and host", "[unit][rpc]") {
  const PeerIdentity peer = *ParsePeerIdentity("tstack://cloud/identity/host1");
  CHECK(peer.instance == "cloud");
  CHECK(peer.role == "identity");
  CHECK(peer.host == "host1");
  CHECK(FormatPeerIdentity(peer) == "tstack://cloud/identity/host1");
  for (const char* wrong :
       {"", "http://a/b/c", "tstack://a/b", "tstack://a//c", "tstack://a/b/c/d"}) {
    CHECK(ReasonOf(ParsePeerIdentity(wrong).status()) == "BAD_PEER_NAME");
  }
}

}  // namespace tstack::rpc
