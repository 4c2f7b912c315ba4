#include "common/contract/version.h"

#include "common/contract/dialect.h"
#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

// What a client wrote may be anything: shown, but not at length.
std::string Shown(const std::string& text) { return text.substr(0, 40); }

}  // namespace

Status NegotiateVersion(Exchange& exchange) {
  const RestApi& api = *exchange.api;
  exchange.version = api.min_version;
  if (!api.HasMicroversions()) return absl::OkStatus();
  const auto requested = exchange.dialect().RequestedVersion(exchange.request->headers, api.type);
  if (requested && *requested == "latest") {
    exchange.version = api.max_version;
  } else if (requested) {
    const auto version = ApiVersion::Parse(*requested);
    if (!version) {
      return Error(StatusCode::kInvalidArgument, kVersionMalformed,
                   "'" + Shown(*requested) + "' is no API version: it must look like " +
                       api.max_version.ToString());
    }
    if (*version < api.min_version || *version > api.max_version) {
      exchange.requested_version = version->ToString();
      return Error(StatusCode::kInvalidArgument, kVersionUnsupported,
                   "Version " + exchange.requested_version +
                       " is not supported here: the minimum is " + api.min_version.ToString() +
                       ", the maximum " + api.max_version.ToString() + ".");
    }
    exchange.version = *version;
  }
  exchange.negotiated = true;
  return absl::OkStatus();
}

}  // namespace tstack::contract
