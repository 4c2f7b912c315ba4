#include "tools/tstack_cli/config_text.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace tstack::cli {
namespace {

constexpr char kTemplate[] =
    R"(# Configuration of all processes of this host, written by `tstack up` and yours from now on.
# `tstack config explain KEY` tells what a setting means and what else there is; `tstack config check` checks this file;
# `tstack up` restarts what a change concerns.

# Name of this installation: part of certificates, of the database's schemas and of log lines.
instance: {instance}
region: RegionOne
host: {host}

# Every process has a certificate that names its role; authority hangs on it.
tls:
  ca_file: {data}/tls/ca.pem
  certificate_file: {data}/tls/{role}.pem
  key_file: {data}/tls/{role}.key
  context_keys_dir: {data}/tls/context_keys

database:
  nodes: ["unix:{run}/mariadb.sock"]
  user: "{role}"
  password: "file:{data}/secrets/db-{role}.password"
  schema_prefix: tstack_

# /metrics, /healthz and /readyz; `tstack up` gives each process a socket of its own.
telemetry:
  listen: "unix:{run}/{role}.telemetry.sock"
  log_level: info

# Where the gateway finds the services.
backends:
  identity:
    addresses: [{identity_addresses}]

supervisor:
  port_base: {port}
  replicas: {{replicas}}
  mariadb_buffer_pool: 64MiB

gateway:
  # Clients come here, https://127.0.0.1:{port}/identity and so on. Several gateways share the port.
  listen: "127.0.0.1:{port}"
  public_url: "https://127.0.0.1:{port}"
  tls_certificate_file: {data}/tls/public.pem
  tls_key_file: {data}/tls/public.key
  # Signs who a request comes from; services have only the public half.
  signing_key_file: {data}/tls/context.key
  signing_key_id: gateway

identity:
  listen: "unix:{run}/identity-1.sock"
  # Seals the token keys in the database: without it all tokens and keys are lost. Back it up.
  master_key_file: {data}/secrets/identity.master-key
  # Rules here override the compiled-in ones, within a second of a change. May be absent.
  policy_file: {data}/policy/identity.yaml
  # What a first start creates; repeating it changes nothing that exists.
  bootstrap:
    password: "file:{data}/secrets/admin.password"
    username: admin
    project: admin
    catalog:
      - {type: identity, name: keystone, url: "https://127.0.0.1:{port}/identity"}
)";

std::string HostName() {
  char name[256] = "localhost";
  gethostname(name, sizeof(name) - 1);
  const std::string_view whole(name);
  return std::string(whole.substr(0, whole.find('.')));
}

int ReplicasIn(const Creation& creation, const std::string& role) {
  const auto found = creation.replicas.find(role);
  return found == creation.replicas.end() ? 1 : found->second;
}

std::string AddressList(const Instance& instance, const std::string& role, int replicas) {
  std::string list;
  for (int i = 1; i <= replicas; ++i) {
    absl::StrAppend(&list, i == 1 ? "" : ", ",
                    "\"unix:", instance.Socket(absl::StrCat(role, "-", i)), "\"");
  }
  return list;
}

}  // namespace

std::string NewConfigText(const Instance& instance, const Creation& creation) {
  std::string replicas;
  for (const std::string& role : Roles()) {
    absl::StrAppend(&replicas, replicas.empty() ? "" : ", ", role, ": ",
                    ReplicasIn(creation, role));
  }
  return absl::StrReplaceAll(kTemplate,
                             {{"{instance}", instance.id()},
                              {"{host}", HostName()},
                              {"{data}", instance.data()},
                              {"{run}", instance.run_dir()},
                              {"{port}", absl::StrCat(creation.port_base)},
                              {"{identity_addresses}",
                               AddressList(instance, "identity", ReplicasIn(creation, "identity"))},
                              {"{{replicas}}", "{" + replicas + "}"}});
}

}  // namespace tstack::cli
