#include "tools/tstack_cli/prepare.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/config/config.h"
#include "common/crypto/secret.h"
#include "common/ids/ids.h"
#include "common/pki/pki.h"
#include "common/time/clock.h"
#include "tools/tstack_cli/config_text.h"
#include "tools/tstack_cli/files.h"

namespace tstack::cli {
namespace {

constexpr absl::Duration kRenewBefore = absl::Hours(24 * 30);
constexpr absl::Duration kAuthorityLife = absl::Hours(24 * 3650);
constexpr absl::Duration kCertificateLife = absl::Hours(24 * 365);
constexpr absl::Duration kClockSkew = absl::Minutes(10);

Status MakeFolders(const Instance& instance) {
  RETURN_IF_ERROR(EnsureDirectory(instance.data()));
  RETURN_IF_ERROR(EnsurePrivateDirectory(instance.run_dir()));
  for (const char* name :
       {"tls", "tls/context_keys", "secrets", "logs", "policy", "run", "run/pids"}) {
    RETURN_IF_ERROR(EnsureDirectory(instance.Path(name)));
  }
  return absl::OkStatus();
}

Status MakeSecrets(const Instance& instance) {
  for (const std::string& role : Roles()) {
    RETURN_IF_ERROR(EnsureSecret(instance.secret("db-" + role + ".password")).status());
  }
  RETURN_IF_ERROR(EnsureSecret(instance.secret("admin.password"), 12).status());
  return crypto::EnsureKeyFile(instance.secret("identity.master-key"), RealIds());
}

// Issues "<name>.pem" unless a good one is there.
Status EnsureCertificate(const Instance& instance, const pki::Authority& authority,
                         const std::string& name, const pki::CertificateRequest& request) {
  const std::string certificate = instance.Path("tls/" + name + ".pem");
  const auto expiry = pki::ExpiryOf(certificate);
  if (expiry.ok() && *expiry > request.not_before + kRenewBefore) return absl::OkStatus();
  return pki::IssueCertificate(authority, request, certificate,
                               instance.Path("tls/" + name + ".key"));
}

Status MakeCertificates(const Instance& instance, const config::v1::Config& config) {
  const absl::Time from = RealClock().Now() - kClockSkew;
  ASSIGN_OR_RETURN(
      const pki::Authority authority,
      pki::EnsureAuthority(instance.Path("tls"), config.instance(), from, from + kAuthorityLife));
  pki::CertificateRequest request;
  request.instance = config.instance();
  request.host = config.host();
  request.not_before = from;
  request.not_after = from + kCertificateLife;
  for (const std::string& role : Roles()) {
    request.role = role;
    RETURN_IF_ERROR(EnsureCertificate(instance, authority, role, request));
  }
  request.role = "public";
  request.dns_names = {"localhost", config.host()};
  request.addresses = {"127.0.0.1", "::1"};
  RETURN_IF_ERROR(EnsureCertificate(instance, authority, "public", request));
  const std::string signing_key = instance.Path("tls/context.key");
  if (Exists(signing_key)) return absl::OkStatus();
  return pki::MakeSigningKey(signing_key, instance.Path("tls/context_keys/gateway.pem"));
}

}  // namespace

const std::vector<std::string>& Roles() {
  static const auto* const kRoles = new std::vector<std::string>{"identity", "api-gateway"};
  return *kRoles;
}

Status PrepareFolder(const Instance& instance, const Creation& creation) {
  RETURN_IF_ERROR(MakeFolders(instance));
  if (!instance.exists()) {
    RETURN_IF_ERROR(WriteFile(instance.config_file(), NewConfigText(instance, creation)));
  }
  RETURN_IF_ERROR(MakeSecrets(instance));
  ASSIGN_OR_RETURN(const config::v1::Config config, LoadConfig(instance));
  return MakeCertificates(instance, config);
}

StatusOr<config::v1::Config> LoadConfig(const Instance& instance) {
  if (!instance.exists()) {
    return Error(StatusCode::kNotFound, "NO_INSTALLATION",
                 "there is no installation in " + instance.data() + ": `tstack up` makes one");
  }
  return config::Load(instance.config_file());
}

Status WriteClientFiles(const Instance& instance, const config::v1::Config& config) {
  ASSIGN_OR_RETURN(const std::string password, ReadFile(instance.secret("admin.password")));
  ASSIGN_OR_RETURN(const std::string authority, ReadFile(instance.Path("tls/ca.pem")));
  RETURN_IF_ERROR(WriteFile(instance.Path("ca.pem"), authority, 0644));
  const std::string url = config.gateway().public_url() + "/identity/v3";
  const auto& bootstrap = config.identity().bootstrap();
  const std::string user = bootstrap.username().empty() ? "admin" : bootstrap.username();
  const std::string project = bootstrap.project().empty() ? "admin" : bootstrap.project();
  RETURN_IF_ERROR(
      WriteFile(instance.Path("clouds.yaml"),
                absl::Substitute(R"(clouds:
  tstack:
    auth:
      auth_url: $0
      username: $1
      password: "$2"
      project_name: $3
      user_domain_id: default
      project_domain_id: default
    region_name: $4
    interface: public
    identity_api_version: 3
    cacert: $5/ca.pem
)",
                                 url, user, password, project, config.region(), instance.data())));
  return WriteFile(
      instance.Path("openrc"),
      absl::Substitute(R"(# source this file, then use the openstack client
export OS_AUTH_URL=$0
export OS_USERNAME=$1
export OS_PASSWORD=$2
export OS_PROJECT_NAME=$3
export OS_USER_DOMAIN_ID=default
export OS_PROJECT_DOMAIN_ID=default
export OS_REGION_NAME=$4
export OS_INTERFACE=public
export OS_IDENTITY_API_VERSION=3
export OS_CACERT=$5/ca.pem
)",
                       url, user, password, project, config.region(), instance.data()));
}

int ReplicasOf(const config::v1::Config& config, const std::string& role) {
  const auto found = config.supervisor().replicas().find(role);
  return found == config.supervisor().replicas().end() ? 1 : std::max(found->second, 0);
}

Ports PortsOf(const config::v1::Config& config) { return Ports{config.supervisor().port_base()}; }

}  // namespace tstack::cli
