#include "common/telemetry/endpoint.h"

#include <catch2/catch.hpp>

#include "common/http/client.h"

namespace tstack::telemetry {
namespace {

struct Fixture {
  http::Response Get(const std::string& target, const std::string& method = "GET") {
    http::Request request;
    request.method = method;
    request.target = target;
    return Answer(request, registry, readiness);
  }
  metrics::Registry registry;
  Readiness readiness;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "metrics are served as Prometheus text", "[unit][telemetry]") {
  registry.AddCounter("tstack_test_total", "Tests.").Add();
  const http::Response response = Get("/metrics?x=y");
  CHECK(response.status == 200);
  CHECK(response.body.find("tstack_test_total 1\n") != std::string::npos);
  CHECK(response.headers.Find("content-type")->starts_with("text/plain; version=0.0.4"));
}

TEST_CASE_METHOD(Fixture, "a process is ready between its start and its stop",
                 "[unit][telemetry]") {
  CHECK(Get("/healthz").status == 200);
  CHECK(Get("/readyz").status == 503);
  CHECK(Get("/readyz").body == "starting\n");
  readiness.SetReady();
  CHECK(Get("/readyz").status == 200);
  readiness.Stop();
  readiness.SetReady();
  CHECK(Get("/readyz").body == "stopping\n");
}

TEST_CASE_METHOD(Fixture, "a failing check takes readiness away and says why",
                 "[unit][telemetry]") {
  Status database = absl::OkStatus();
  int asked = 0;
  readiness.Add("database", [&] {
    ++asked;
    return database;
  });
  CHECK(Get("/readyz").status == 503);
  CHECK(asked == 0);  // not before the process is ready
  readiness.SetReady();
  CHECK(Get("/readyz").status == 200);
  database = absl::UnavailableError("no node answers");
  CHECK(Get("/readyz").status == 503);
  CHECK(Get("/readyz").body == "database: no node answers\n");
  const int before = asked;
  readiness.Stop();
  CHECK(Get("/readyz").status == 503);
  CHECK(asked == before);
}

TEST_CASE_METHOD(Fixture, "other paths and methods are refused", "[unit][telemetry]") {
  CHECK(Get("/").status == 404);
  CHECK(Get("/metrics", "POST").status == 405);
}

TEST_CASE_METHOD(Fixture, "the endpoint answers over a socket", "[unit][telemetry]") {
  auto server = StartEndpoint("127.0.0.1:0", registry, readiness);
  REQUIRE(server.ok());
  http::ClientOptions client;
  client.address = (*server)->addresses().front();
  auto response = http::Fetch(client, "/healthz");
  REQUIRE(response.ok());
  CHECK(response->status == 200);
  CHECK(response->body == "alive\n");
}

}  // namespace tstack::telemetry
