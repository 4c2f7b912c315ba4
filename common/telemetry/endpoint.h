// /metrics, /healthz and /readyz over HTTP.
#pragma once

#include <memory>
#include <string>

#include "common/http/http.h"
#include "common/http/server.h"
#include "common/metrics/metrics.h"
#include "common/status/status.h"
#include "common/telemetry/readiness.h"

namespace tstack::telemetry {

// The answer to one request; no I/O.
http::Response Answer(const http::Request& request, const metrics::Registry& registry,
                      const Readiness& readiness);

// Serves until it is destroyed; registry and readiness outlive it. kUnavailable if the address
// cannot be bound.
StatusOr<std::unique_ptr<http::Server>> StartEndpoint(const std::string& address,
                                                      const metrics::Registry& registry,
                                                      const Readiness& readiness);

}  // namespace tstack::telemetry
