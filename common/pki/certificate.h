// Builds one X.509 certificate.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/pki/openssl.h"
#include "common/status/status.h"

namespace tstack::pki {

struct CertificateSpec {
  std::string common_name;
  bool authority = false;
  std::vector<std::string> names;  // OpenSSL's notation: "URI:…", "DNS:…", "IP:…"
  absl::Time not_before;
  absl::Time not_after;
};

// Signed by the issuer, or by itself if `issuer` is null.
StatusOr<CertificatePtr> MakeCertificate(const CertificateSpec& spec, EVP_PKEY& key, X509* issuer,
                                         EVP_PKEY& issuer_key);
StatusOr<KeyPtr> MakeEcKey();

StatusOr<std::string> CertificatePem(X509& certificate);
StatusOr<std::string> PrivateKeyPem(EVP_PKEY& key);
StatusOr<std::string> PublicKeyPem(EVP_PKEY& key);
StatusOr<CertificatePtr> ParseCertificate(const std::string& pem);
StatusOr<KeyPtr> ParsePrivateKey(const std::string& pem);

}  // namespace tstack::pki
