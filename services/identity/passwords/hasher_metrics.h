// What operators see of password hashing.
#pragma once

#include "common/metrics/metrics.h"

namespace tstack::identity::passwords {

// All cells outlive the pool that shows itself in them.
struct HasherMetrics {
  // Adds the families to the registry.
  explicit HasherMetrics(metrics::Registry& registry);

  metrics::Gauge& waiting;     // callers
  metrics::Histogram& waits;   // from a call to the start of its hash, seconds
  metrics::Histogram& hashes;  // one hash, seconds
  metrics::Counter& refused;   // calls that would have waited too long
};

}  // namespace tstack::identity::passwords
