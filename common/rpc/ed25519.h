// Ed25519, SHA-256 and HMAC on OpenSSL; the only file of common/rpc that sees it, with ed25519.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::rpc {

std::string Sha256(std::string_view text);
std::string HmacSha256(std::string_view key, std::string_view text);
// In constant time for equal lengths.
bool SameBytes(std::string_view a, std::string_view b);

// A private or a public key. Thread-safe.
class Ed25519Key {
 public:
  static StatusOr<std::unique_ptr<Ed25519Key>> ParsePrivate(const std::string& pem);
  static StatusOr<std::unique_ptr<Ed25519Key>> ParsePublic(const std::string& pem);
  ~Ed25519Key();

  // 64 bytes; "" if OpenSSL refuses (a public key).
  std::string Sign(std::string_view text) const;
  bool Verify(std::string_view text, std::string_view signature) const;

 private:
  struct Handle;
  explicit Ed25519Key(std::unique_ptr<Handle> handle);
  const std::unique_ptr<Handle> handle_;
};

}  // namespace tstack::rpc
