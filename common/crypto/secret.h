// Keys in memory and on disk.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/crypto/crypto.h"
#include "common/status/status.h"

namespace tstack::crypto {

// Bytes that are wiped when they go. Has no operator<< and no conversion to std::string: it cannot
// be logged.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(other.bytes_) { Wipe(other.bytes_); }
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { Wipe(bytes_); }

  // Valid as long as this object; never put it into a message.
  std::string_view Expose() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

// Reads a master key: one line of base64url (padded or not) that decodes to `size` bytes. The file
// must be a regular file of this process's user or root, with no rights for group and others: else
// kFailedPrecondition, KEY_FILE_UNSAFE.
StatusOr<SecretBytes> ReadKeyFile(const std::string& path, size_t size = 32);

// Creates such a file (0600) with a fresh key; leaves an existing one alone. Safe when several
// processes do it at once.
Status EnsureKeyFile(const std::string& path, IdSource& ids, size_t size = 32);

}  // namespace tstack::crypto
