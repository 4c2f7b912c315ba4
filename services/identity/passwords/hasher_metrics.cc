#include "services/identity/passwords/hasher_metrics.h"

#include <vector>

namespace tstack::identity::passwords {
namespace {

// For hashes of 1 ms (cost 4) to 10 s, and for queues of them.
const std::vector<double>& HashBuckets() {
  static const auto* const kBuckets = new std::vector<double>{
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
  return *kBuckets;
}

}  // namespace

HasherMetrics::HasherMetrics(metrics::Registry& registry)
    : waiting(registry.AddGauge("tstack_identity_password_queue_length",
                                "Calls that wait for a thread that hashes passwords.")),
      waits(registry.AddHistogram("tstack_identity_password_wait_seconds",
                                  "Time that calls waited for their password to be hashed.",
                                  HashBuckets())),
      hashes(registry.AddHistogram("tstack_identity_password_hash_duration_seconds",
                                   "Durations of single password hashes.", HashBuckets())),
      refused(registry.AddCounter("tstack_identity_password_refused_total",
                                  "Calls that were refused because they would wait too long.")) {}

}  // namespace tstack::identity::passwords
