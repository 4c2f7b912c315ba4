#include "absl/strings/str_replace.h"

#include "common/config/config.h"
#include "common/db/connect.h"

namespace tstack::db {
namespace {

std::string ForRole(const std::string& text, const std::string& role) {
  return absl::StrReplaceAll(text, {{"{role}", role}});
}

}  // namespace

StatusOr<Options> OptionsFor(const config::v1::Database& config, std::string_view role_name) {
  const std::string role(role_name);
  Options options;
  options.nodes.assign(config.nodes().begin(), config.nodes().end());
  options.user = ForRole(config.user(), role);
  options.schema = config.schema_prefix() + role;
  if (config.pool_size() > 0) options.pool_size = config.pool_size();
  const std::string password = ForRole(config.password(), role);
  options.password = log::Secret<std::string>(password);
  if (password.starts_with("file:")) {
    ASSIGN_OR_RETURN(options.password, config::ReadSecret(password));
  }
  options.tls_ca_file = config.tls_ca_file();
  options.tls_certificate_file = config.tls_certificate_file();
  options.tls_key_file = config.tls_key_file();
  if (options.tls_certificate_file.empty() != options.tls_key_file.empty() ||
      (options.tls_ca_file.empty() && !options.tls_key_file.empty())) {
    return Error(StatusCode::kInvalidArgument, "DATABASE_TLS",
                 "database.tls_certificate_file and tls_key_file need each other and tls_ca_file");
  }
  return options;
}

}  // namespace tstack::db
