// A small certificate authority: EC P-256, written by `tstack up` and by tests. Files are made with
// mode 0600, keys never leave them. Blocking; not thread-safe for one folder.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status.h"

namespace tstack::pki {

struct Authority {
  std::string certificate_file;  // PEM
  std::string key_file;          // PEM
};

struct CertificateRequest {
  std::string instance;  // "cloud"
  std::string
      role;  // "identity": URI tstack://<instance>/<role>/<host>, DNS <role>.tstack.internal
  std::string host;                    // "host1"
  std::vector<std::string> dns_names;  // further names, "localhost"
  std::vector<std::string> addresses;  // IPv4 or IPv6
  absl::Time not_before;               // usually a few minutes ago: clocks differ
  absl::Time not_after;
};

// Makes `<dir>/ca.pem` and `<dir>/ca.key`, or returns those that are there. The folder is created
// (0700).
StatusOr<Authority> EnsureAuthority(const std::string& dir, const std::string& instance,
                                    absl::Time not_before, absl::Time not_after);

// Writes a certificate (with the authority's own behind it) and its fresh key; replaces both
// atomically, key first.
Status IssueCertificate(const Authority& authority, const CertificateRequest& request,
                        const std::string& certificate_file, const std::string& key_file);

// Ed25519 for user contexts: the private key PKCS#8 PEM (0600), the public key PEM (0644).
Status MakeSigningKey(const std::string& private_file, const std::string& public_file);

// End of validity of the first certificate in a PEM file: `tstack doctor` and renewal ask it.
StatusOr<absl::Time> ExpiryOf(const std::string& certificate_file);

}  // namespace tstack::pki
