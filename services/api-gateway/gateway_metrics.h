// The gateway's numbers.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/metrics/metrics.h"

namespace tstack::gateway {

// Thread-safe. Every cell is looked up once, at the start: a request only adds to them.
class GatewayMetrics {
 public:
  // `apis`: prefixes of all APIs, the closed set of that label.
  GatewayMetrics(metrics::Registry& registry, const std::vector<std::string>& apis);

  void Started() { in_flight_.Add(1); }
  // An API that is unknown counts as "other".
  void Finished(std::string_view api, int status, absl::Duration duration);
  // One that the HTTP server refused by itself: it was never in flight.
  void Malformed(std::string_view api, int status) { CountStatus(CellsOf(api), status); }
  void Refused() { refused_.Add(); }

 private:
  struct Cells {
    std::array<metrics::Counter*, 4> by_class{};  // 2xx, 3xx, 4xx, 5xx
    metrics::Histogram* duration = nullptr;
  };
  const Cells& CellsOf(std::string_view api) const;
  static void CountStatus(const Cells& cells, int status);

  std::map<std::string, Cells, std::less<>> cells_;
  metrics::Gauge& in_flight_;
  metrics::Counter& refused_;
};

}  // namespace tstack::gateway
