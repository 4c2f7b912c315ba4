// What checking a cached token costs, also after many revocations: key, look-up, dependencies.
//   gateway_token_cache_bench
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "services/api-gateway/token_cache.h"

namespace tstack::gateway {
namespace {

constexpr int kTokens = 10'000;
constexpr int kChecks = 300'000;

identity::v1::AuthEvent Beat(int64_t seq) {
  identity::v1::AuthEvent event;
  event.set_seq(seq);
  event.set_beat(true);
  return event;
}

identity::v1::AuthenticateResponse Answer(int token) {
  identity::v1::AuthenticateResponse answer;
  answer.set_auth_seq(1);
  answer.mutable_context()->set_user_id("user" + std::to_string(token));
  answer.mutable_context()->set_expires_at_unix(absl::ToUnixSeconds(RealClock().Now()) + 3600);
  for (int kind = identity::v1::TOKEN; kind <= identity::v1::ASSIGNMENT; ++kind) {
    auto* dependency = answer.add_depends_on();
    dependency->set_kind(static_cast<identity::v1::DependencyKind>(kind));
    dependency->set_id("id-" + std::to_string(token));
  }
  return answer;
}

double ThreadMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// `change_every`: a revocation of somebody else between so many checks; 0 = none.
void Measure(const char* what, TokenCache& cache, const std::vector<std::string>& tokens,
             int64_t& seq, int change_every) {
  int found = 0;
  const double start = ThreadMicroseconds();
  for (int i = 0; i < kChecks; ++i) {
    if (change_every > 0 && i % change_every == 0) {
      identity::v1::AuthEvent event;
      event.set_seq(++seq);
      auto* changed = event.add_changed();
      changed->set_kind(identity::v1::TOKEN);
      changed->set_id("other-" + std::to_string(seq));
      cache.Apply(event);
    }
    if (i % 1000 == 0) cache.Apply(Beat(seq));
    if (cache.Find(TokenKey(tokens[static_cast<size_t>(i) % tokens.size()],
                            absl::ZeroDuration())) != nullptr)
      ++found;
  }
  const double each = (ThreadMicroseconds() - start) / kChecks;
  std::printf("%-52s %6.2f us  (%d of %d found)\n", what, each, found, kChecks);
}

int Main() {
  TokenCache cache({.capacity = kTokens}, RealClock());
  cache.BeginStream();
  cache.Apply(Beat(1));
  std::vector<std::string> tokens;
  for (int i = 0; i < kTokens; ++i) {
    tokens.push_back(std::string(170, 'x') + std::to_string(i));  // as long as a Fernet token
    cache.Offer(TokenKey(tokens.back(), absl::ZeroDuration()), cache.Begin(), absl::ZeroDuration(),
                Answer(i));
  }
  int64_t seq = 1;
  Measure("cached check, 10,000 tokens", cache, tokens, seq, 0);
  for (int i = 0; i < 100'000; ++i) {
    identity::v1::AuthEvent event;
    event.set_seq(++seq);
    auto* changed = event.add_changed();
    changed->set_kind(identity::v1::TOKEN);
    changed->set_id("revoked-" + std::to_string(i));
    cache.Apply(event);
    // The tokens in use are checked while that happens.
    if (i % 10'000 == 0) {
      cache.Apply(Beat(seq));
      for (const auto& token : tokens) cache.Find(TokenKey(token, absl::ZeroDuration()));
    }
  }
  Measure("the same after 100,000 revocations", cache, tokens, seq, 0);
  Measure("the same with a revocation before every check", cache, tokens, seq, 1);
  return 0;
}

}  // namespace
}  // namespace tstack::gateway

int main() { return tstack::gateway::Main(); }
