#include "services/api-gateway/base_url.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace tstack::gateway {
namespace {

std::string Trim(std::string_view text) {
  return std::string(absl::StripAsciiWhitespace({text.data(), text.size()}));
}

// Proxies append to what came in: only the last word is the trusted one's own, what stands before
// it a client may have invented.
std::string LastOf(const http::Headers& headers, std::string_view name) {
  const auto values = headers.FindAll(name);
  if (values.empty()) return "";
  const size_t comma = values.back().rfind(',');
  return Trim(comma == std::string_view::npos ? values.back() : values.back().substr(comma + 1));
}

bool IsPathCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
}

// "/cloud" or "": anything else is ignored.
std::string PrefixOf(const http::Headers& headers) {
  std::string prefix = LastOf(headers, "X-Forwarded-Prefix");
  while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
  const bool good = !prefix.empty() && prefix.front() == '/' && prefix.size() <= 200 &&
                    prefix.substr(0, 2) != "//" &&
                    std::all_of(prefix.begin(), prefix.end(), IsPathCharacter);
  return good ? prefix : std::string();
}

std::optional<int> PortOf(const http::Headers& headers) {
  const std::string port = LastOf(headers, "X-Forwarded-Port");
  const auto parsed = http::ParseHostPort("x:" + port);
  if (port.empty() || !parsed) return std::nullopt;
  return parsed->port;
}

bool IsDefaultPort(const http::HostPort& host, bool secure) {
  return host.port == (secure ? 443 : 80);
}

}  // namespace

StatusOr<OriginRules> OriginRules::Make(const std::vector<std::string>& trusted_proxies) {
  OriginRules rules;
  std::string complaints;
  for (const std::string& proxy : trusted_proxies) {
    if (proxy == "unix") {
      rules.unix_ = true;
      continue;
    }
    auto network = http::Cidr::Parse(proxy);
    if (network.ok())
      rules.networks_.push_back(*network);
    else
      absl::StrAppend(&complaints, "gateway.trusted_proxies: ", proxy, " is no network\n");
  }
  if (complaints.empty()) return rules;
  return Error(StatusCode::kInvalidArgument, "BAD_CONFIGURATION", complaints);
}

bool OriginRules::Trusts(std::string_view address) const {
  return address == "unix" ? unix_ : http::AnyContains(networks_, address);
}

Origin OriginRules::Of(const http::Request& request, const std::string& public_url) const {
  Origin origin;
  origin.secure = request.tls;
  origin.client = request.remote_address;
  const http::Headers& headers = request.headers;
  auto host = http::ParseHostPort(headers.Find("Host").value_or("localhost"));
  std::string prefix;
  if (Trusts(request.remote_address)) {
    const std::string scheme = absl::AsciiStrToLower(LastOf(headers, "X-Forwarded-Proto"));
    if (scheme == "https" || scheme == "http") origin.secure = scheme == "https";
    if (auto forwarded = http::ParseHostPort(LastOf(headers, "X-Forwarded-Host"))) host = forwarded;
    if (auto port = PortOf(headers); port && host) host->port = *port;
    prefix = PrefixOf(headers);
    origin.client = ClientOf(request);
  }
  if (!public_url.empty()) {
    origin.base_url = public_url;
    while (!origin.base_url.empty() && origin.base_url.back() == '/') origin.base_url.pop_back();
    return origin;
  }
  if (!host) host = http::HostPort{"localhost", 0};
  if (IsDefaultPort(*host, origin.secure)) host->port = 0;
  origin.base_url =
      absl::StrCat(origin.secure ? "https://" : "http://", http::FormatHostPort(*host), prefix);
  return origin;
}

// The last address that no trusted proxy has: what stands before it, a client may have invented.
std::string OriginRules::ClientOf(const http::Request& request) const {
  std::vector<std::string> chain;
  for (std::string_view value : request.headers.FindAll("X-Forwarded-For")) {
    for (;;) {
      const size_t comma = value.find(',');
      chain.push_back(Trim(value.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      value.remove_prefix(comma + 1);
    }
  }
  std::string client = request.remote_address;
  for (auto hop = chain.rbegin(); hop != chain.rend() && Trusts(client); ++hop) {
    if (!http::Cidr::Parse(*hop).ok() || hop->find('/') != std::string::npos) break;
    client = *hop;
  }
  return client;
}

}  // namespace tstack::gateway
