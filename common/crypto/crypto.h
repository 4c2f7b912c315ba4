// Small cryptographic primitives on OpenSSL: bytes in, bytes out, all as std::string. No policy:
// key management and formats (Fernet, sealed answers) belong to the callers. All functions are
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "common/ids/ids.h"
#include "common/status/status.h"

namespace tstack::crypto {

std::string Sha256(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);

// RFC 5869 with SHA-256; size <= 8160.
std::string HkdfSha256(std::string_view secret, std::string_view salt, std::string_view info,
                       size_t size);

// AES-256-GCM. Returns 12 random bytes of nonce + ciphertext + 16 bytes of tag. `key` has 32 bytes.
// One key must not seal more than 2^32 messages.
StatusOr<std::string> Seal(std::string_view key, std::string_view plaintext,
                           std::string_view associated, IdSource& ids = RealIds());
// kInvalidArgument, reason SEAL_BROKEN, if the bytes, the key or `associated` are not those of
// Seal.
StatusOr<std::string> Open(std::string_view key, std::string_view sealed,
                           std::string_view associated);

// AES-128-CBC with PKCS#7 padding, as Fernet uses it; `key` and `iv` have 16 bytes.
// Unauthenticated: verify an HMAC first.
StatusOr<std::string> EncryptCbc(std::string_view key, std::string_view iv,
                                 std::string_view plaintext);
StatusOr<std::string> DecryptCbc(std::string_view key, std::string_view iv,
                                 std::string_view ciphertext);

// Takes the same time for all contents of one length.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

// Overwrites the bytes in a way the compiler keeps, and empties the string.
void Wipe(std::string& bytes);

}  // namespace tstack::crypto
