// Fernet (github.com/fernet/spec) as keystone uses it: without '=' padding, several keys, any age.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/crypto/secret.h"
#include "common/status/status.h"

namespace tstack::identity::tokens {

// 32 bytes: 16 to sign, 16 to encrypt.
inline constexpr size_t kFernetKeySize = 32;
// Longer texts are no tokens: they are refused before any work.
inline constexpr size_t kMaxTokenSize = 1024;

struct FernetMessage {
  absl::Time created_at;  // whole seconds
  std::string plaintext;
};

// `iv`: 16 random bytes.
StatusOr<std::string> FernetEncrypt(std::string_view key, absl::Time created_at,
                                    std::string_view iv, std::string_view plaintext);

// Tries the keys in order. kUnauthenticated with reason TOKEN_INVALID if no key made this text.
StatusOr<FernetMessage> FernetDecrypt(std::span<const std::string_view> keys,
                                      std::string_view token);

}  // namespace tstack::identity::tokens
