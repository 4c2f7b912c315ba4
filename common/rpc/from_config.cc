// Options of servers and channels from tstack.yaml.
#include "absl/strings/str_cat.h"

#include "common/rpc/make_channel.h"
#include "common/rpc/server.h"

namespace tstack::rpc {

ServerOptions ServerOptionsFrom(const config::v1::Config& config, const std::string& service,
                                const std::string& listen) {
  ServerOptions options;
  options.service = service;
  options.instance = config.instance();
  options.host = config.host();
  options.addresses = {listen};
  options.tls = TlsFilesOf(config.tls());
  options.context_keys_dir = config.tls().context_keys_dir();
  PoolOptions pool;
  if (config.rpc().threads() > 0) pool.threads = config.rpc().threads();
  if (config.rpc().queue() > 0) pool.queue = config.rpc().queue();
  options.pools = {pool};
  return options;
}

StatusOr<ChannelOptions> ChannelOptionsFrom(const config::v1::Config& config,
                                            const std::string& backend,
                                            const std::string& own_role) {
  auto it = config.backends().find(backend);
  if (it == config.backends().end() || it->second.addresses().empty()) {
    return ResourceError(StatusCode::kNotFound, "BACKEND_NOT_CONFIGURED", "backend", backend,
                         absl::StrCat("backends.", backend, ".addresses is not configured"));
  }
  ChannelOptions options;
  options.backend = backend;
  options.addresses.assign(it->second.addresses().begin(), it->second.addresses().end());
  options.tls = TlsFilesOf(config.tls());
  options.self = absl::StrCat(own_role, "@", config.host());
  return options;
}

}  // namespace tstack::rpc
