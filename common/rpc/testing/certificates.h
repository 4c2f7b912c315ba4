// Certificates and keys of one throw-away installation, for tests that speak real gRPC.
#pragma once

#include <string>

#include "common/pki/pki.h"
#include "common/rpc/tls.h"

namespace tstack::rpc {

// Owns a fresh folder under TMPDIR; removed by the destructor. CHECKs that making it works.
class TestCertificates {
 public:
  explicit TestCertificates(const std::string& instance = "test");
  ~TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  const std::string& dir() const { return dir_; }
  const std::string& instance() const { return instance_; }
  // A certificate for the role on host "test-host", valid also for localhost and 127.0.0.1; made on
  // first use.
  TlsFiles For(const std::string& role);
  // Short enough for a unix socket: "unix:<dir>/<name>".
  std::string Socket(const std::string& name) const { return "unix:" + dir_ + "/" + name; }
  // Folder of the public keys with one key "gateway", and its private key.
  std::string context_keys_dir() const { return dir_ + "/context-keys"; }
  std::string signing_key_file() const { return dir_ + "/gateway-signing.key"; }
  static constexpr const char* kSigningKeyId = "gateway";

 private:
  std::string instance_;
  std::string dir_;
  pki::Authority authority_;
};

}  // namespace tstack::rpc
