// Headers that proxies and clients write: whatever they hold, the base URL stays one and ids stay
// ids.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/api-gateway/base_url.h"
#include "services/api-gateway/request_headers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const tstack::gateway::OriginRules rules =
      *tstack::gateway::OriginRules::Make({"10.0.0.0/8"});
  static constexpr const char* kNames[] = {"Host",
                                           "X-Forwarded-Proto",
                                           "X-Forwarded-Host",
                                           "X-Forwarded-Port",
                                           "X-Forwarded-Prefix",
                                           "X-Forwarded-For",
                                           "X-OpenStack-Request-ID",
                                           "traceparent",
                                           "Idempotency-Key"};
  tstack::http::Request request;
  request.remote_address = "10.0.0.1";
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const char* name : kNames) {
    const size_t end = rest.find('\n');
    request.headers.Add(name, rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  const std::string url = rules.Of(request, "").base_url;
  if (url.find_first_of(" \"<>\\\r\n") != std::string::npos) std::abort();
  if (url.substr(0, 7) != "http://" && url.substr(0, 8) != "https://") std::abort();
  const std::string id = tstack::gateway::GlobalRequestId(request.headers);
  if (!id.empty() && id.find_first_not_of("req-0123456789abcdefABCDEF") != std::string::npos)
    std::abort();
  (void)tstack::gateway::Traceparent(request.headers);
  (void)tstack::gateway::IdempotencyKey(request.headers);
  return 0;
}
