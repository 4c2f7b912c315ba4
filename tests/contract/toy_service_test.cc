#include "google/protobuf/dynamic_message.h"
#include <catch2/catch.hpp>

#include "common/contract/transcoder.h"
#include "tests/contract/descriptor_lab.h"

namespace tstack::contract::test {
namespace {

// A service of which no line of C++ knows: its descriptor is made here, at run time.
constexpr char kToyFile[] = R"(
  name: "toy.proto" package: "toy" syntax: "proto3" dependency: "tstack/api/annotations.proto"
  message_type {
    name: "Train"
    field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "wagons" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL
            options { [tstack.api.field] { name: "train:wagons" required: true min: 1 } } }
  }
  service {
    name: "Trains"
    options { [tstack.api.api] { dialect: "plain" prefix: "/trains" type: "toy" backend: "toy" } }
    method { name: "Couple" input_type: ".toy.Train" output_type: ".toy.Train"
             options { [tstack.api.route] { put: "/v1/trains/{id}" envelope: "train" success: 201 } } }
  }
)";

http::Request Put(const std::string& body) {
  http::Request request;
  request.method = "PUT";
  request.target = "/trains/v1/trains/t1";
  request.body = body;
  return request;
}

TEST_CASE("a service added by proto alone is reached", "[contract][routes]") {
  DescriptorLab lab;
  lab.AddFile(kToyFile);
  const auto table = RouteTable::Build({"toy.Trains"}, &lab.pool());
  INFO(std::string(table.status().message()));
  REQUIRE(table.ok());
  const Transcoder transcoder(**table);
  const RestApi* api = (*table)->FindApi("/trains/v1/trains/t1");
  REQUIRE(api != nullptr);

  const http::Request request = Put(R"({"train": {"train:wagons": 7}})");
  Exchange exchange;
  REQUIRE(transcoder.Open(request, *api, {"http://cloud/trains", "req-1", "", 7}, exchange).ok());
  const auto call = transcoder.Read(exchange);
  INFO(std::string(call.status().message()));
  REQUIRE(call.ok());
  CHECK(call->route->rpc_path == "/toy.Trains/Couple");
  CHECK(call->route->backend == "toy");
  CHECK(call->request->ShortDebugString() == "id: \"t1\" wagons: 7");

  const auto response = transcoder.Respond(exchange, *call, call->request_bytes, {});
  REQUIRE(response.ok());
  CHECK(response->status == 201);
  CHECK(response->body == R"({"train":{"id":"t1","train:wagons":7}})");
}

TEST_CASE("its requests are validated like any other", "[contract][routes]") {
  DescriptorLab lab;
  lab.AddFile(kToyFile);
  const auto table = RouteTable::Build({"toy.Trains"}, &lab.pool());
  REQUIRE(table.ok());
  const Transcoder transcoder(**table);
  const http::Request request = Put(R"({"train": {"train:wagons": 0}})");
  Exchange exchange;
  REQUIRE(transcoder
              .Open(request, *(*table)->FindApi("/trains/"),
                    {"http://cloud/trains", "req-1", "", 7}, exchange)
              .ok());
  CHECK(ReasonOf(transcoder.Read(exchange).status()) == "INVALID_FIELD");
}

}  // namespace
}  // namespace tstack::contract::test
