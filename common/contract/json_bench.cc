// What reading and writing one server object of about 2 kB costs, beside protobuf's own JSON. Not a
// test: run it from a release build and look at the CPU times.
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>

#include "google/protobuf/util/json_util.h"

#include "common/contract/json_reader.h"
#include "common/contract/json_writer.h"
#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

constexpr int kRuns = 20000;

fixture::Server MakeServer() {
  fixture::Server server;
  server.set_id("0f411f61-16e0-4dd7-9222-6f2e32c150ce");
  server.set_name("web-frontend-1.example.org");
  server.set_task_state("spawning");
  server.mutable_flavor()->set_id("m1.large");
  server.mutable_flavor()->set_vcpus(8);
  for (int i = 0; i < 4; ++i) server.add_tags("tag-number-" + std::to_string(i));
  for (auto* time : {server.mutable_created(), server.mutable_launched_at(),
                     server.mutable_updated(), server.mutable_seen()}) {
    time->set_seconds(1795361138);
  }
  server.set_size(1 << 30);
  server.set_progress(50);
  server.set_user_data(std::string(300, 'u'));
  server.set_locked_reason("maintenance of the rack is under way, please come back tomorrow");
  for (int i = 0; i < 8; ++i) {
    (*server.mutable_metadata())["key" + std::to_string(i)] = std::string(40, 'v');
    (*server.mutable_flavor()->mutable_extra_specs())["hw:spec_" + std::to_string(i)] = "on";
  }
  *server.mutable_parent() = fixture::Server(server);
  server.mutable_parent()->clear_metadata();
  return server;
}

// Microseconds of CPU for one call.
double Measure(const std::function<void()>& call) {
  for (int i = 0; i < kRuns / 10; ++i) call();
  const std::clock_t begin = std::clock();
  for (int i = 0; i < kRuns; ++i) call();
  return 1e6 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kRuns;
}

// Only what contains the program's argument is run.
std::string only;

void Report(const char* what, const std::function<void()>& call) {
  if (std::string(what).find(only) == std::string::npos) return;
  const double microseconds = Measure(call);
  printf("%-40s %8.2f us\n", what, microseconds);
}

int Run() {
  PlanSet plans;
  const MessagePlan* plan = plans.Add(fixture::Server::descriptor());
  const fixture::Server server = MakeServer();
  const std::string bytes = server.SerializeAsString();
  const WriteOptions write{.version = {2, 90}, .link_base = "https://cloud.example.org:21000"};
  std::string json;
  WriteMessage(server, *plan, {.version = {2, 90}, .without_links = true}, &json);
  std::string stock;
  if (!google::protobuf::util::MessageToJsonString(server, &stock).ok()) return 1;
  printf("object: %zu bytes of JSON, %zu of protobuf\n", json.size(), bytes.size());

  std::string out;
  fixture::Server parsed;
  Report("write, plan", [&] {
    out.clear();
    WriteMessage(server, *plan, write, &out);
  });
  Report("parse protobuf + write, plan", [&] {
    if (!parsed.ParseFromString(bytes)) abort();
    out.clear();
    WriteMessage(parsed, *plan, write, &out);
  });
  Report("write, protobuf util", [&] {
    out.clear();
    if (!google::protobuf::util::MessageToJsonString(server, &out).ok()) abort();
  });
  const ReadOptions read{.version = {2, 90}, .null_is_absent = true};
  Report("parse JSON", [&] {
    if (!JsonDocument::Parse(json).ok()) abort();
  });
  Report("parse JSON + read, plan", [&] {
    parsed.Clear();
    const auto document = JsonDocument::Parse(json);
    if (!ReadMessage(document->root(), *plan, read, &parsed).ok()) abort();
  });
  Report("read, protobuf util", [&] {
    parsed.Clear();
    if (!google::protobuf::util::JsonStringToMessage(stock, &parsed).ok()) abort();
  });
  return 0;
}

}  // namespace
}  // namespace tstack::contract

int main(int argc, char** argv) {
  if (argc > 1) tstack::contract::only = argv[1];
  return tstack::contract::Run();
}
