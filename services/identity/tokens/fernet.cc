#include "services/identity/tokens/fernet.h"

#include "common/crypto/crypto.h"
#include "common/crypto/encoding.h"

namespace tstack::identity::tokens {
namespace {

// version (1) | time (8) | iv (16) | ciphertext (16 n) | HMAC-SHA256 of all before (32)
constexpr char kVersion = '\x80';
constexpr size_t kIvAt = 9;
constexpr size_t kCiphertextAt = 25;
constexpr size_t kMacSize = 32;

Status Invalid() {
  return Error(StatusCode::kUnauthenticated, "TOKEN_INVALID", "the token is not valid");
}

std::string_view SigningHalf(std::string_view key) { return key.substr(0, 16); }
std::string_view EncryptionHalf(std::string_view key) { return key.substr(16, 16); }

std::string BigEndian(uint64_t value) {
  std::string bytes(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8) bytes[i] = static_cast<char>(value & 0xff);
  return bytes;
}

uint64_t ReadBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

StatusOr<std::string> FernetEncrypt(std::string_view key, absl::Time created_at,
                                    std::string_view iv, std::string_view plaintext) {
  ASSIGN_OR_RETURN(const std::string ciphertext,
                   crypto::EncryptCbc(EncryptionHalf(key), iv, plaintext));
  std::string message(1, kVersion);
  message += BigEndian(static_cast<uint64_t>(absl::ToUnixSeconds(created_at)));
  message += iv;
  message += ciphertext;
  message += crypto::HmacSha256(SigningHalf(key), message);
  return crypto::Base64Url(message);
}

StatusOr<FernetMessage> FernetDecrypt(std::span<const std::string_view> keys,
                                      std::string_view token) {
  if (token.size() > kMaxTokenSize) return Invalid();
  const auto bytes = crypto::ParseBase64Url(token);
  if (!bytes.ok() || bytes->size() < kCiphertextAt + kMacSize || (*bytes)[0] != kVersion)
    return Invalid();
  const std::string_view message = std::string_view(*bytes).substr(0, bytes->size() - kMacSize);
  const std::string_view mac = std::string_view(*bytes).substr(message.size());
  for (std::string_view key : keys) {
    if (!crypto::ConstantTimeEquals(crypto::HmacSha256(SigningHalf(key), message), mac)) continue;
    auto plaintext = crypto::DecryptCbc(EncryptionHalf(key), message.substr(kIvAt, 16),
                                        message.substr(kCiphertextAt));
    const uint64_t seconds = ReadBigEndian(message.substr(1, 8));
    if (!plaintext.ok() || seconds > 100'000'000'000) return Invalid();
    return FernetMessage{absl::FromUnixSeconds(static_cast<int64_t>(seconds)),
                         *std::move(plaintext)};
  }
  return Invalid();
}

}  // namespace tstack::identity::tokens
