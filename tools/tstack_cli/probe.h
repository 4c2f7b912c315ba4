// Asks a process over its socket how it is, with a short patience.
#pragma once

#include <string>

#include "absl/time/time.h"

#include "common/status/status.h"

namespace tstack::cli {

// "unix:/path" or "127.0.0.1:port". Sends `request`, returns what arrives until the peer closes or
// `enough` bytes are in.
StatusOr<std::string> Exchange(const std::string& address, const std::string& request,
                               size_t enough, absl::Duration patience = absl::Seconds(2));

struct HttpAnswer {
  int status = 0;
  std::string body;
};
StatusOr<HttpAnswer> HttpGet(const std::string& address, const std::string& path,
                             absl::Duration patience = absl::Seconds(2));

// OK if /readyz answers 200; else the first line of its answer or the reason why there is none.
Status CheckReady(const std::string& telemetry_address);
// OK if an AMQP 0-9-1 broker greets.
Status CheckAmqp(int port);
// Whether somebody listens on this loopback port.
bool IsPortTaken(int port);

}  // namespace tstack::cli
