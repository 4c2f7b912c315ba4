#include "services/identity/tokens/fernet.h"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.h"

namespace tstack::identity::tokens {
namespace {

// The vector of the Fernet specification.
const char kSpecKey[] = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const char kSpecToken[] =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_"
    "5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

std::string SpecKey() { return *crypto::ParseBase64Url(kSpecKey); }
std::string SpecIv() {
  std::string iv;
  for (char i = 0; i < 16; ++i) iv += i;
  return iv;
}
const absl::Time kSpecTime = absl::FromUnixSeconds(499'162'800);

TEST_CASE("the specification's vector is written and read", "[unit][identity][token]") {
  const auto token = FernetEncrypt(SpecKey(), kSpecTime, SpecIv(), "hello");
  REQUIRE(token.ok());
  CHECK(*token + "==" == kSpecToken);
  const std::string key = SpecKey();
  const std::string_view keys[] = {key};
  const auto message = FernetDecrypt(keys, kSpecToken);
  REQUIRE(message.ok());
  CHECK(message->plaintext == "hello");
  CHECK(message->created_at == kSpecTime);
}

TEST_CASE("any of several keys opens a token, another does not", "[unit][identity][token]") {
  const std::string key = SpecKey();
  const std::string other(32, 'k');
  const std::string_view both[] = {other, key};
  CHECK(FernetDecrypt(both, kSpecToken).ok());
  const std::string_view wrong[] = {other};
  CHECK(ReasonOf(FernetDecrypt(wrong, kSpecToken).status()) == "TOKEN_INVALID");
}

TEST_CASE("a token with one changed character is refused", "[unit][identity][token]") {
  const std::string key = SpecKey();
  const std::string_view keys[] = {key};
  std::string token(kSpecToken);
  token.resize(token.size() - 2);
  REQUIRE(FernetDecrypt(keys, token).ok());
  for (char& character : token) {
    const char kept = character;
    character = kept == 'A' ? 'B' : 'A';
    CHECK(absl::IsUnauthenticated(FernetDecrypt(keys, token).status()));
    character = kept;
  }
  for (size_t size = 0; size < token.size(); ++size)
    CHECK_FALSE(FernetDecrypt(keys, token.substr(0, size)).ok());
  CHECK_FALSE(FernetDecrypt(keys, std::string(kMaxTokenSize + 1, 'A')).ok());
}

}  // namespace
}  // namespace tstack::identity::tokens
