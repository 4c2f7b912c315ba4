#include "common/rpc/credentials.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <unistd.h>

#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace tstack::rpc {
namespace {

namespace tls = grpc::experimental;

constexpr unsigned kReloadSeconds = 5;

Status CheckReadable(const std::string& what, const std::string& path) {
  if (!path.empty() && access(path.c_str(), R_OK) == 0) return absl::OkStatus();
  return ResourceError(StatusCode::kFailedPrecondition, "TLS_FILE_MISSING", "file", path,
                       absl::StrCat("cannot read the ", what, " \"", path, "\""));
}

Status CheckFiles(const TlsFiles& files) {
  RETURN_IF_ERROR(CheckReadable("certificate authority", files.ca_file));
  RETURN_IF_ERROR(CheckReadable("certificate", files.certificate_file));
  return CheckReadable("certificate's key", files.key_file);
}

// A watcher is a thread: all credentials of one set of files share it while any of them lives.
std::shared_ptr<tls::CertificateProviderInterface> Watch(const TlsFiles& files) {
  using Key = std::tuple<std::string, std::string, std::string>;
  static absl::Mutex& mutex = *new absl::Mutex;
  static auto& watchers = *new std::map<Key, std::weak_ptr<tls::CertificateProviderInterface>>;
  absl::MutexLock lock(&mutex);
  auto& slot = watchers[Key(files.ca_file, files.certificate_file, files.key_file)];
  std::shared_ptr<tls::CertificateProviderInterface> watcher = slot.lock();
  if (watcher == nullptr) {
    watcher = std::make_shared<tls::FileWatcherCertificateProvider>(
        files.key_file, files.certificate_file, files.ca_file, kReloadSeconds);
    slot = watcher;
  }
  return watcher;
}

}  // namespace

StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TlsFiles& files) {
  RETURN_IF_ERROR(CheckFiles(files));
  tls::TlsServerCredentialsOptions options(Watch(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(const TlsFiles& files) {
  RETURN_IF_ERROR(CheckFiles(files));
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Watch(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_certificate_verifier(std::make_shared<tls::HostNameCertificateVerifier>());
  return tls::TlsCredentials(options);
}

StatusOr<PeerIdentity> PeerOf(const grpc::AuthContext& context) {
  const auto uris = context.FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME);
  if (uris.size() != 1) return ParsePeerIdentity("");
  return ParsePeerIdentity({uris[0].data(), uris[0].size()});
}

}  // namespace tstack::rpc
