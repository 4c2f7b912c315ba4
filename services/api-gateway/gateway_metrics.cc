#include "services/api-gateway/gateway_metrics.h"

#include <algorithm>

namespace tstack::gateway {
namespace {

constexpr char kOther[] = "other";
constexpr std::array<std::string_view, 4> kClasses = {"2xx", "3xx", "4xx", "5xx"};

}  // namespace

GatewayMetrics::GatewayMetrics(metrics::Registry& registry, const std::vector<std::string>& apis)
    : in_flight_(registry.AddGauge("tstack_gateway_requests_in_flight", "Requests in work.")),
      refused_(registry.AddCounter("tstack_gateway_requests_refused_total",
                                   "Requests refused because too many were in work.")) {
  auto& requests =
      registry.Counters("tstack_gateway_requests_total", "Answered HTTP requests.",
                        {{"api", apis}, {"status", {kClasses.begin(), kClasses.end()}}});
  auto& durations =
      registry.Histograms("tstack_gateway_request_duration_seconds",
                          "From the end of a request to the end of its answer.", {{"api", apis}});
  std::vector<std::string> names = apis;
  names.emplace_back(kOther);
  for (const std::string& api : names) {
    Cells& cells = cells_[api];
    for (size_t i = 0; i < kClasses.size(); ++i)
      cells.by_class[i] = &requests.With({api, kClasses[i]});
    cells.duration = &durations.With({api});
  }
}

const GatewayMetrics::Cells& GatewayMetrics::CellsOf(std::string_view api) const {
  const auto known = cells_.find(api);
  return known == cells_.end() ? cells_.find(kOther)->second : known->second;
}

void GatewayMetrics::CountStatus(const Cells& cells, int status) {
  cells.by_class[static_cast<size_t>(std::clamp(status / 100, 2, 5) - 2)]->Add();
}

void GatewayMetrics::Finished(std::string_view api, int status, absl::Duration duration) {
  const Cells& cells = CellsOf(api);
  CountStatus(cells, status);
  cells.duration->Observe(absl::ToDoubleSeconds(duration));
  in_flight_.Add(-1);
}

}  // namespace tstack::gateway
