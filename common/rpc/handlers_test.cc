#include "common/rpc/handlers.h"

#include <catch2/catch.hpp>

#include "common/rpc/testing/echo_server.h"

namespace tstack::rpc {

TEST_CASE("handlers are found by path", "[unit][rpc]") {
  const Handlers handlers = EchoHandlers({});
  REQUIRE(handlers.Find(EchoPath("Say")) != nullptr);
  CHECK(handlers.Find(EchoPath("Say"))->method->name() == "Say");
  CHECK(handlers.Find(EchoPath("Nothing")) == nullptr);
  CHECK(handlers.CheckComplete().ok());
}

TEST_CASE("rpcs without a handler are listed", "[unit][rpc]") {
  Handlers handlers;
  handlers.Unary<Text, Text>("tstack.rpctest.v1.Echo.Say", EchoBehaviour().say);
  const Status status = handlers.CheckComplete();
  CHECK(status.code() == StatusCode::kFailedPrecondition);
  CHECK(std::string(status.message()).find("tstack.rpctest.v1.Echo.Count") != std::string::npos);
}

}  // namespace tstack::rpc
