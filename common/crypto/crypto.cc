#include "common/crypto/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdlib>
#include <initializer_list>
#include <memory>

namespace tstack::crypto {
namespace {

constexpr size_t kNonceSize = 12;
constexpr size_t kTagSize = 16;
constexpr size_t kKeySize = 32;
constexpr size_t kHashBlock = 64;
constexpr size_t kCbcSize = 16;  // key, initialisation vector and block

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

Status Broken() {
  return Error(StatusCode::kInvalidArgument, "SEAL_BROKEN",
               "the sealed bytes or their key are not right");
}

Status Failed(std::string_view what) {
  return Error(StatusCode::kInternal, "CRYPTO",
               std::string(what) + " failed or got a key of a wrong size");
}

// Runs a cipher that is set up over `input`; false if it does not end well (padding, tag).
bool RunCipher(EVP_CIPHER_CTX* context, std::string_view input, std::string& output) {
  output.resize(input.size() + kCbcSize);
  int written = 0, rest = 0;
  if (EVP_CipherUpdate(context, Bytes(output), &written, Bytes(input),
                       static_cast<int>(input.size())) != 1)
    return false;
  if (EVP_CipherFinal_ex(context, Bytes(output) + written, &rest) != 1) return false;
  output.resize(static_cast<size_t>(written + rest));
  return true;
}

bool SetUpGcm(EVP_CIPHER_CTX* context, std::string_view key, std::string_view nonce,
              std::string_view associated, bool encrypt) {
  int ignored = 0;
  return EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce),
                           encrypt ? 1 : 0) == 1 &&
         EVP_CipherUpdate(context, nullptr, &ignored, Bytes(associated),
                          static_cast<int>(associated.size())) == 1;
}

StatusOr<std::string> Cbc(std::string_view key, std::string_view iv, std::string_view input,
                          bool encrypt) {
  if (key.size() != kCbcSize || iv.size() != kCbcSize) return Failed("AES-128-CBC");
  const Context context(EVP_CIPHER_CTX_new());
  std::string output;
  if (EVP_CipherInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, Bytes(key), Bytes(iv),
                        encrypt ? 1 : 0) != 1) {
    return Failed("AES-128-CBC");
  }
  if (!RunCipher(context.get(), input, output)) return Broken();
  return output;
}

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// SHA-256 of the parts, one after the other. The algorithm is fetched once and each thread keeps a
// context: OpenSSL 3 would look it up by name, under locks, each time.
std::string Hash(std::initializer_list<std::string_view> parts) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  bool good = EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1;
  for (const std::string_view part : parts) {
    good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  good = good && EVP_DigestFinal_ex(context.get(), Bytes(digest), nullptr) == 1;
  // A library without SHA-256, or no memory: no answer is better than a wrong one.
  if (!good) std::abort();
  return digest;
}

}  // namespace

std::string Sha256(std::string_view bytes) { return Hash({bytes}); }

// By hand: OpenSSL 3 spends ten times the hash's own time on finding and setting up its HMAC.
std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string block(key.size() > kHashBlock ? Hash({key}) : std::string(key));
  block.resize(kHashBlock, '\0');
  for (char& c : block) c = static_cast<char>(c ^ 0x36);
  const std::string inner = Hash({block, bytes});
  for (char& c : block) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
  std::string mac = Hash({block, inner});
  Wipe(block);
  return mac;
}

std::string HkdfSha256(std::string_view secret, std::string_view salt, std::string_view info,
                       size_t size) {
  const std::string zeros(SHA256_DIGEST_LENGTH, '\0');
  std::string extracted = HmacSha256(salt.empty() ? zeros : salt, secret);
  std::string output, block;
  for (int counter = 1; output.size() < size && counter <= 255; ++counter) {
    std::string input = block + std::string(info) + static_cast<char>(counter);
    block = HmacSha256(extracted, input);
    output += block;
    Wipe(input);
  }
  Wipe(extracted);
  Wipe(block);
  output.resize(size);
  return output;
}

StatusOr<std::string> Seal(std::string_view key, std::string_view plaintext,
                           std::string_view associated, IdSource& ids) {
  if (key.size() != kKeySize) return Failed("AES-256-GCM");
  std::string sealed = ids.RandomBytes(kNonceSize);
  const Context context(EVP_CIPHER_CTX_new());
  std::string ciphertext, tag(kTagSize, '\0');
  if (!SetUpGcm(context.get(), key, sealed, associated, true) ||
      !RunCipher(context.get(), plaintext, ciphertext) ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, tag.data()) != 1) {
    return Failed("AES-256-GCM");
  }
  return sealed + ciphertext + tag;
}

StatusOr<std::string> Open(std::string_view key, std::string_view sealed,
                           std::string_view associated) {
  if (key.size() != kKeySize || sealed.size() < kNonceSize + kTagSize) return Broken();
  const std::string_view nonce = sealed.substr(0, kNonceSize);
  const std::string_view ciphertext =
      sealed.substr(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  std::string tag(sealed.substr(sealed.size() - kTagSize)), plaintext;
  const Context context(EVP_CIPHER_CTX_new());
  if (!SetUpGcm(context.get(), key, nonce, associated, false) ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) != 1 ||
      !RunCipher(context.get(), ciphertext, plaintext)) {
    Wipe(plaintext);
    return Broken();
  }
  return plaintext;
}

StatusOr<std::string> EncryptCbc(std::string_view key, std::string_view iv,
                                 std::string_view plaintext) {
  return Cbc(key, iv, plaintext, true);
}

StatusOr<std::string> DecryptCbc(std::string_view key, std::string_view iv,
                                 std::string_view ciphertext) {
  return Cbc(key, iv, ciphertext, false);
}

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void Wipe(std::string& bytes) {
  if (!bytes.empty()) OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace tstack::crypto
