#include "services/api-gateway/surfaces.h"

#include "absl/strings/str_cat.h"

#include "common/config/config.h"

namespace tstack::gateway {
namespace {

std::string CheckTls(const std::string& where, const std::string& certificate,
                     const std::string& key) {
  if (certificate.empty() == key.empty()) return "";
  return absl::StrCat(where, ": tls_certificate_file and tls_key_file belong together\n");
}

std::string NameOf(const config::v1::GatewayListener& listener) {
  return listener.name().empty() ? listener.service() : listener.name();
}

void AddListener(const std::string& name, const std::string& address,
                 const std::string& certificate, const std::string& key,
                 http::ServerOptions& options) {
  http::ListenerOptions listener(name, address);
  if (!certificate.empty())
    listener.tls = std::make_unique<http::TlsFiles>(http::TlsFiles{certificate, key});
  options.listeners.push_back(std::move(listener));
}

}  // namespace

StatusOr<Surfaces> MakeSurfaces(const config::v1::Gateway& config,
                                const contract::RouteTable& table) {
  Surfaces surfaces;
  std::string complaints;
  if (!config.listen().empty())
    surfaces[std::string(kMainListener)] = {nullptr, config.public_url()};
  complaints += CheckTls("gateway", config.tls_certificate_file(), config.tls_key_file());
  for (const config::v1::GatewayListener& listener : config.listeners()) {
    const std::string where = absl::StrCat("gateway.listeners \"", NameOf(listener), "\"");
    Surface surface{nullptr, listener.public_url()};
    if (!listener.service().empty()) surface.only = table.FindApiByPrefix("/" + listener.service());
    if (!listener.service().empty() && surface.only == nullptr)
      absl::StrAppend(&complaints, where, ": there is no service ", listener.service(), "\n");
    if (listener.listen().empty()) absl::StrAppend(&complaints, where, ": listen is missing\n");
    if (!surfaces.emplace(NameOf(listener), surface).second)
      absl::StrAppend(&complaints, where, ": the name is used twice\n");
    complaints += CheckTls(where, listener.tls_certificate_file(), listener.tls_key_file());
  }
  if (surfaces.empty()) complaints += "gateway.listen or gateway.listeners must be set\n";
  if (complaints.empty()) return surfaces;
  return Error(StatusCode::kInvalidArgument, "BAD_CONFIGURATION", complaints);
}

http::ServerOptions ServerOptionsFrom(const config::v1::Gateway& config) {
  http::ServerOptions options;
  if (!config.listen().empty())
    AddListener(std::string(kMainListener), config.listen(), config.tls_certificate_file(),
                config.tls_key_file(), options);
  for (const config::v1::GatewayListener& listener : config.listeners())
    AddListener(NameOf(listener), listener.listen(), listener.tls_certificate_file(),
                listener.tls_key_file(), options);
  options.threads = config.threads();
  options.limits.header_bytes = static_cast<size_t>(config.max_header_bytes());
  options.limits.body_bytes = static_cast<uint64_t>(config.max_body_bytes());
  options.limits.connections = config.max_connections();
  options.limits.header_timeout = config::ToDuration(config.header_timeout());
  options.limits.idle_timeout = config::ToDuration(config.idle_timeout());
  return options;
}

}  // namespace tstack::gateway
