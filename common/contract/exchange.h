// One request on its way through the contract: what is known of it so far. Plain values, one thread
// at a time.
#pragma once

#include <optional>
#include <string>

#include "common/context/call_context.h"
#include "common/contract/route_table.h"
#include "common/http/http.h"

namespace tstack::contract {

enum class Auth {
  kRequired,  // 401 without a valid token
  kOptional,  // a missing token gives an anonymous context
  kNone,      // the token is not looked at
};

struct Exchange {
  const RestApi* api = nullptr;            // null: the path is in no API (plain dialect answers)
  const http::Request* request = nullptr;  // must outlive the exchange
  std::string base_url;                    // public URL of the API's root without trailing slash:
                                           // "https://cloud:21000/compute"
  std::string identity_url;  // public URL of identity, for WWW-Authenticate; empty: base_url
  std::string request_id;
  std::string path;   // below the API's root, encoded, "/v2.1/servers/x"
  std::string query;  // without "?"

  ApiVersion version;  // negotiated; {0, 0} if the API has no microversions
  bool negotiated = false;
  std::string
      requested_version;  // as the client wrote it if it is out of range: echoed by nova and cinder

  Match match;
  Auth auth = Auth::kRequired;
  // A version document: the answer is complete, nobody is asked.
  std::optional<http::Response> answer;

  const Dialect& dialect() const;
  bool head() const { return request != nullptr && request->method == "HEAD"; }
};

}  // namespace tstack::contract
