#include "common/rpc/ed25519.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace tstack::rpc {
namespace {

constexpr size_t kSignatureBytes = 64;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

struct FreeDigestContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeDigestContext>;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

Status BadKey() {
  ERR_clear_error();
  return Error(StatusCode::kInvalidArgument, "BAD_SIGNING_KEY",
               "the file holds no Ed25519 key in PEM");
}

}  // namespace

struct Ed25519Key::Handle {
  explicit Handle(EVP_PKEY* pkey) : key(pkey) {}
  ~Handle() { EVP_PKEY_free(key); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  bool Usable() const { return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519; }
  EVP_PKEY* const key;
};

Ed25519Key::Ed25519Key(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Ed25519Key::~Ed25519Key() = default;

StatusOr<std::unique_ptr<Ed25519Key>> Ed25519Key::ParsePrivate(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto handle = std::make_unique<Handle>(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
  if (!handle->Usable()) return BadKey();
  return std::unique_ptr<Ed25519Key>(new Ed25519Key(std::move(handle)));
}

StatusOr<std::unique_ptr<Ed25519Key>> Ed25519Key::ParsePublic(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto handle = std::make_unique<Handle>(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!handle->Usable()) return BadKey();
  return std::unique_ptr<Ed25519Key>(new Ed25519Key(std::move(handle)));
}

std::string Ed25519Key::Sign(std::string_view text) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  const bool signed_ok =
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, handle_->key) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(text), text.size()) == 1;
  ERR_clear_error();
  return signed_ok ? signature : "";
}

bool Ed25519Key::Verify(std::string_view text, std::string_view signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  const bool valid =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle_->key) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                       text.size()) == 1;
  ERR_clear_error();
  return valid;
}

}  // namespace tstack::rpc
