#include "services/api-gateway/gateway_metrics.h"

#include "absl/strings/str_cat.h"

namespace tstack::gateway {

GatewayMetrics::GatewayMetrics(metrics::Registry& registry, const std::vector<std::string>& apis)
    : requests_(registry.Counters("tstack_gateway_requests_total", "Answered HTTP requests.",
                                  {{"api", apis}, {"status", {"2xx", "3xx", "4xx", "5xx"}}})),
      durations_(registry.Histograms("tstack_gateway_request_duration_seconds",
                                     "From the end of a request to the end of its answer.",
                                     {{"api", apis}})),
      in_flight_(registry.AddGauge("tstack_gateway_requests_in_flight", "Requests in work.")),
      refused_(registry.AddCounter("tstack_gateway_requests_refused_total",
                                   "Requests refused because too many were in work.")) {}

void GatewayMetrics::Finished(std::string_view api, int status, absl::Duration duration) {
  requests_.With({api, absl::StrCat(status / 100, "xx")}).Add();
  durations_.With({api}).Observe(absl::ToDoubleSeconds(duration));
  in_flight_.Add(-1);
}

}  // namespace tstack::gateway
