// Ed25519 on OpenSSL; the only file of common/rpc that sees it, with ed25519.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::rpc {

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
