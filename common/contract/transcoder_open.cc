// Transcoder::Open: path, version, version documents, routes.
#include <algorithm>

#include "common/contract/answer.h"
#include "common/contract/dialect.h"
#include "common/contract/reasons.h"
#include "common/contract/transcoder.h"
#include "common/contract/version.h"

namespace tstack::contract {
namespace {

void Describe(const http::Request& request, const RestApi& api, const OpenOptions& options,
              Exchange& exchange) {
  exchange.api = &api;
  exchange.request = &request;
  exchange.base_url = options.base_url;
  exchange.identity_url = options.identity_url;
  exchange.request_id = options.request_id;
  std::string_view target = request.target;
  target.remove_prefix(std::min(options.prefix_length, target.size()));
  const size_t question = target.find('?');
  exchange.path = std::string(target.substr(0, question));
  if (exchange.path.empty()) exchange.path = "/";
  if (question != std::string_view::npos) exchange.query = std::string(target.substr(question + 1));
}

// OPTIONS and the like: a path that exists for other verbs only.
Status NotFound(const Exchange& exchange) {
  if (exchange.match.allowed_verbs.empty()) {
    return Error(StatusCode::kNotFound, kNoRoute, "Nothing is served at this path.");
  }
  return Error(
      StatusCode::kUnimplemented, kNoMethod,
      "The method " + exchange.request->method.substr(0, 20) + " is not served at this path.");
}

// Keeps the routes that exist in the negotiated version.
Status FilterByVersion(Exchange& exchange) {
  Match kept;
  bool gone = false;
  for (size_t i = 0; i < exchange.match.routes.size(); ++i) {
    const Route* route = exchange.match.routes[i];
    if (!route->ExistsIn(exchange.version)) continue;
    if (route->option.gone()) gone = true;
    kept.routes.push_back(route);
    kept.templates.push_back(exchange.match.templates[i]);
  }
  if (gone)
    return Error(StatusCode::kNotFound, kGone, "This resource was removed from the API for good.");
  if (kept.routes.empty()) {
    return Error(StatusCode::kNotFound, kNotInVersion,
                 "There is no such resource in this version of the API.");
  }
  // Actions stay together: the body's key decides, and says whether it exists in another version.
  const bool actions = !kept.routes.front()->option.action().empty();
  if (actions) return absl::OkStatus();
  exchange.match.routes = std::move(kept.routes);
  exchange.match.templates = std::move(kept.templates);
  return absl::OkStatus();
}

Auth AuthOf(const Match& match) {
  bool all_public = true;
  for (const Route* route : match.routes) {
    if (route->option.public_()) continue;
    if (!route->option.optional_auth()) return Auth::kRequired;
    all_public = false;
  }
  return all_public ? Auth::kNone : Auth::kOptional;
}

bool TakeVersionDocument(Exchange& exchange) {
  const std::string& method = exchange.request->method;
  if (method != "GET" && method != "HEAD") return false;
  exchange.answer = exchange.dialect().VersionDocument(exchange);
  if (!exchange.answer) return false;
  exchange.dialect().AddStandardHeaders(exchange, exchange.answer->headers);
  exchange.answer->headers.Add("x-openstack-request-id", exchange.request_id);
  if (exchange.head()) DropBody(*exchange.answer);
  exchange.auth = Auth::kNone;
  return true;
}

}  // namespace

Status Transcoder::Open(const http::Request& request, const RestApi& api,
                        const OpenOptions& options, Exchange& exchange) const {
  Describe(request, api, options, exchange);
  if (TakeVersionDocument(exchange)) return absl::OkStatus();
  exchange.match = RouteTable::Find(api, request.method, exchange.path);
  const bool found = !exchange.match.routes.empty();
  if (!found && !exchange.dialect().VersionBeforeRoute()) return NotFound(exchange);
  RETURN_IF_ERROR(NegotiateVersion(exchange));
  if (!found) return NotFound(exchange);
  RETURN_IF_ERROR(FilterByVersion(exchange));
  exchange.auth = AuthOf(exchange.match);
  return absl::OkStatus();
}

}  // namespace tstack::contract
