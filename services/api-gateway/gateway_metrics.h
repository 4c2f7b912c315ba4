// The gateway's numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/metrics/metrics.h"

namespace tstack::gateway {

class GatewayMetrics {
 public:
  // `apis`: prefixes of all APIs, the closed set of that label.
  GatewayMetrics(metrics::Registry& registry, const std::vector<std::string>& apis);

  void Started() { in_flight_.Add(1); }
  void Finished(std::string_view api, int status, absl::Duration duration);
  void Refused() { refused_.Add(); }

 private:
  metrics::Family<metrics::Counter>& requests_;
  metrics::Family<metrics::Histogram>& durations_;
  metrics::Gauge& in_flight_;
  metrics::Counter& refused_;
};

}  // namespace tstack::gateway
