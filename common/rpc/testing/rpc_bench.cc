// What one call costs: latency and CPU of client and server together, over unix socket and loopback
// TCP, both with mTLS, with and without a signed user context. Build it with the release preset;
// never asserted.
//   rpc_bench [seconds per line [callers]]
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "common/log/log.h"
#include "common/rpc/testing/echo_server.h"

namespace tstack::rpc {
namespace {

struct Line {
  const char* name;
  size_t address;  // index among the server's
  int threads;
  bool is_signed;
  bool at_once = false;  // answered on the server's own thread
};

absl::Duration CpuTime() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

// Latencies in seconds of calls made one after the other until the time is over.
std::vector<double> CallUntil(Channel& channel, const std::string& path, const CallOptions& options,
                              absl::Duration end) {
  std::vector<double> latencies;
  const Text request = MakeText(std::string(100, 'x'));
  CallContext ctx = SoonContext(absl::Minutes(10));
  ctx.request.auth.set_user_id("0123456789abcdef0123456789abcdef");
  while (RealClock().Steady() < end) {
    const absl::Duration start = RealClock().Steady();
    if (!channel.Call<Text>(ctx, path, request, options).ok()) std::abort();
    latencies.push_back(absl::ToDoubleSeconds(RealClock().Steady() - start));
  }
  return latencies;
}

std::vector<double> CallInParallel(Channel& channel, const std::string& path,
                                   const CallOptions& options, int threads, absl::Duration end) {
  std::vector<std::vector<double>> parts(static_cast<size_t>(threads));
  {
    std::vector<std::jthread> callers;
    for (auto& part : parts) {
      callers.emplace_back([&, p = &part] { *p = CallUntil(channel, path, options, end); });
    }
  }
  std::vector<double> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return all;
}

void Measure(EchoServer& echo, const Line& line, const ContextSigner& signer,
             absl::Duration duration) {
  auto channel = echo.Connect("api-gateway", {echo.server->addresses()[line.address]});
  const CallOptions options{.route = 0, .signer = line.is_signed ? &signer : nullptr};
  const std::string path = EchoPath(line.at_once ? "SaySafely" : "Say");
  CallInParallel(*channel, path, options, 1,
                 RealClock().Steady() + absl::Milliseconds(200));  // warm
  const absl::Duration cpu = CpuTime();
  const absl::Duration start = RealClock().Steady();
  const auto latencies = CallInParallel(*channel, path, options, line.threads, start + duration);
  const double calls = static_cast<double>(latencies.size());
  const double seconds = absl::ToDoubleSeconds(RealClock().Steady() - start);
  printf("%-22s %3d callers  p50 %6.0f us  p99 %6.0f us  %7.0f calls/s  %6.0f us CPU/call\n",
         line.name, line.threads, 1e6 * latencies[latencies.size() / 2],
         1e6 * latencies[latencies.size() * 99 / 100], calls / seconds,
         absl::ToDoubleMicroseconds(CpuTime() - cpu) / calls);
}

}  // namespace
}  // namespace tstack::rpc

int main(int argc, char** argv) {
  using namespace tstack::rpc;  // NOLINT: the file is one program
  tstack::log::SetLevel(tstack::log::Level::kError);
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // as our processes do
  const absl::Duration duration = absl::Seconds(argc > 1 ? std::atof(argv[1]) : 2);
  EchoBehaviour behaviour;
  behaviour.at_once = [](const tstack::CallContext&, const Text& text) { return text; };
  EchoServer echo(behaviour, [](ServerOptions& options, TestCertificates&) {
    options.addresses.push_back("127.0.0.1:0");
    options.pools = {{.name = "default", .threads = 4, .queue = 256}};
  });
  const auto signer = Ed25519ContextSigner::Load(
      echo.certificates->signing_key_file(), TestCertificates::kSigningKeyId, tstack::RealClock());
  if (!signer.ok()) return 1;
  std::vector<int> numbers = {1, 8, 32};
  if (argc > 2) numbers = {std::atoi(argv[2])};
  for (const int callers : numbers) {
    Measure(echo, {"unix, mTLS", 0, callers, false}, **signer, duration);
    Measure(echo, {"unix, mTLS, signed", 0, callers, true}, **signer, duration);
    Measure(echo, {"unix, signed, at once", 0, callers, true, true}, **signer, duration);
    Measure(echo, {"TCP, mTLS", 1, callers, false}, **signer, duration);
    Measure(echo, {"TCP, mTLS, signed", 1, callers, true}, **signer, duration);
  }
  return 0;
}
