#include "services/identity/passwords/bcrypt.h"

#include <crypt.h>

#include <memory>

#include "absl/strings/str_format.h"

#include "common/crypto/crypto.h"

namespace tstack::identity::passwords {
namespace {

// crypt_r needs 32 kB of scratch that holds parts of the password.
struct Scratch {
  crypt_data data{};
  ~Scratch() { explicit_bzero(&data, sizeof(data)); }
};

std::string Crypt(std::string_view password, const std::string& setting) {
  std::string phrase(password.substr(0, kBcryptMaxBytes));
  const auto scratch = std::make_unique<Scratch>();
  const char* hash = crypt_r(phrase.c_str(), setting.c_str(), &scratch->data);
  crypto::Wipe(phrase);
  return hash == nullptr || hash[0] == '*' ? "" : hash;
}

bool IsBcrypt(std::string_view hash) {
  return hash.size() == 60 &&
         (hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$"));
}

}  // namespace

StatusOr<std::string> BcryptHash(std::string_view password, int cost, std::string_view salt) {
  if (password.find('\0') != password.npos) {
    return Error(StatusCode::kInvalidArgument, "PASSWORD_INVALID",
                 "a password cannot hold a NUL character");
  }
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), salt.data(),
                       static_cast<int>(salt.size()), setting, sizeof(setting)) == nullptr) {
    return Error(StatusCode::kInternal, "PASSWORD_HASH", "no salt could be made for this cost");
  }
  std::string hash = Crypt(password, setting);
  if (hash.empty()) return Error(StatusCode::kInternal, "PASSWORD_HASH", "hashing failed");
  return hash;
}

bool BcryptMatches(std::string_view password, const std::string& hash) {
  if (!IsBcrypt(hash) || password.find('\0') != password.npos) return false;
  const std::string computed = Crypt(password, hash);
  return !computed.empty() && crypto::ConstantTimeEquals(computed, hash);
}

}  // namespace tstack::identity::passwords
