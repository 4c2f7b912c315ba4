#include "common/rpc/testing/certificates.h"

#include <stdlib.h>

#include <filesystem>

#include "common/time/clock.h"

namespace tstack::rpc {
namespace {

namespace fs = std::filesystem;

void Check(const Status& status) {
  if (status.ok()) return;
  fprintf(stderr, "TestCertificates: %s\n", std::string(status.message()).c_str());
  std::abort();
}

std::string MakeFolder() {
  std::string pattern = fs::temp_directory_path() / "tstack-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  return pattern;
}

}  // namespace

TestCertificates::TestCertificates(const std::string& instance)
    : instance_(instance), dir_(MakeFolder()) {
  const absl::Time now = RealClock().Now();
  auto authority =
      pki::EnsureAuthority(dir_ + "/ca", instance, now - absl::Hours(1), now + absl::Hours(24));
  Check(authority.status());
  authority_ = *authority;
  fs::create_directory(context_keys_dir());
  Check(pki::MakeSigningKey(signing_key_file(), context_keys_dir() + "/" + kSigningKeyId + ".pem"));
}

TestCertificates::~TestCertificates() { fs::remove_all(dir_); }

TlsFiles TestCertificates::For(const std::string& role) {
  const TlsFiles files = {.ca_file = authority_.certificate_file,
                          .certificate_file = dir_ + "/" + role + ".pem",
                          .key_file = dir_ + "/" + role + ".key"};
  if (fs::exists(files.certificate_file)) return files;
  const absl::Time now = RealClock().Now();
  const pki::CertificateRequest request = {.instance = instance_,
                                           .role = role,
                                           .host = "test-host",
                                           .dns_names = {"localhost"},
                                           .addresses = {"127.0.0.1"},
                                           .not_before = now - absl::Hours(1),
                                           .not_after = now + absl::Hours(24)};
  Check(pki::IssueCertificate(authority_, request, files.certificate_file, files.key_file));
  return files;
}

}  // namespace tstack::rpc
