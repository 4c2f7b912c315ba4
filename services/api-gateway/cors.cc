#include "services/api-gateway/cors.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tstack::gateway {

StatusOr<Cors> Cors::Make(const config::v1::Cors& config) {
  Cors cors;
  cors.origins_.assign(config.allowed_origins().begin(), config.allowed_origins().end());
  cors.any_origin_ =
      std::find(cors.origins_.begin(), cors.origins_.end(), "*") != cors.origins_.end();
  cors.credentials_ = config.allow_credentials();
  if (cors.any_origin_ && cors.credentials_)
    return Error(StatusCode::kInvalidArgument, "BAD_CONFIGURATION",
                 "gateway.cors: allow_credentials cannot go with the origin \"*\"");
  cors.methods_ = absl::StrJoin(config.allowed_methods(), ", ");
  cors.allowed_headers_ = absl::StrJoin(config.allowed_headers(), ", ");
  cors.expose_headers_ = absl::StrJoin(config.expose_headers(), ", ");
  cors.max_age_ = absl::StrCat(config.max_age().seconds());
  return cors;
}

bool Cors::Allows(std::string_view origin) const {
  return any_origin_ || std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void Cors::AddOrigin(std::string_view origin, http::Headers& headers) const {
  headers.Add("Access-Control-Allow-Origin", any_origin_ ? "*" : origin);
  if (credentials_) headers.Add("Access-Control-Allow-Credentials", "true");
}

// Also where nothing is allowed: a cache must not give one origin's answer to another.
void Cors::AddVary(http::Headers& headers) const {
  if (!any_origin_) headers.Add("Vary", "Origin");
}

std::optional<http::Response> Cors::Preflight(const http::Request& request) const {
  if (origins_.empty() || request.method != "OPTIONS") return std::nullopt;
  const auto origin = request.headers.Find("Origin");
  if (!origin || !request.headers.Find("Access-Control-Request-Method")) return std::nullopt;
  http::Response response;
  response.status = 204;
  AddVary(response.headers);
  if (!Allows(*origin)) return response;
  AddOrigin(*origin, response.headers);
  response.headers.Add("Access-Control-Allow-Methods", methods_);
  response.headers.Add("Access-Control-Allow-Headers", allowed_headers_);
  response.headers.Add("Access-Control-Max-Age", max_age_);
  return response;
}

void Cors::Allow(const http::Request& request, http::Headers& headers) const {
  if (origins_.empty()) return;
  AddVary(headers);
  const auto origin = request.headers.Find("Origin");
  if (!origin || !Allows(*origin)) return;
  AddOrigin(*origin, headers);
  if (!expose_headers_.empty()) headers.Add("Access-Control-Expose-Headers", expose_headers_);
}

}  // namespace tstack::gateway
