// A data race on purpose inside a handler that gRPC's threads and our pool run, with a generated
// message at hand: what silences the sanitizer about gRPC and generated code must not silence it
// about this.
#include <iostream>
#include <latch>

#include "absl/synchronization/blocking_counter.h"

#include "common/rpc/testing/echo_server.h"

namespace tstack::sanitizers {
namespace {

constexpr int kCalls = 2;

int64_t said = 0;

// Both calls are in their handlers when they count.
rpc::EchoBehaviour CountingUnguarded(std::latch& both) {
  rpc::EchoBehaviour behaviour;
  behaviour.say = [&both](const CallContext&, const rpc::Text& text) -> StatusOr<rpc::Text> {
    if (text.number() == 0) return text;
    both.arrive_and_wait();
    said += text.number();
    return text;
  };
  return behaviour;
}

}  // namespace

void Run() {
  std::latch both(kCalls);
  rpc::EchoServer echo(CountingUnguarded(both));
  const auto channel = echo.Connect();
  rpc::Text request;
  // A busy machine may be slow to connect: the fault needs both calls.
  while (!channel->Call<rpc::Text>(rpc::SoonContext(), rpc::EchoPath("Say"), request).ok()) {
  }
  request.set_number(1);
  absl::BlockingCounter answers(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    channel->CallAsync(rpc::SoonContext(), rpc::EchoPath("Say"), request.SerializeAsString(), {},
                       [&](const StatusOr<rpc::Reply>&) { answers.DecrementCount(); });
  }
  answers.Wait();
  std::cout << said << "\n";
}

}  // namespace tstack::sanitizers

int main() {
  tstack::sanitizers::Run();
  return 0;
}
