#include "common/crypto/crypto.h"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.h"
#include "common/ids/fake_ids.h"

namespace tstack::crypto {
namespace {

std::string FromHex(std::string_view text) { return ParseHex(text).value(); }

TEST_CASE("SHA-256 gives the digests of FIPS 180-4", "[unit][crypto]") {
  CHECK(Hex(Sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Hex(Sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231", "[unit][crypto]") {
  CHECK(Hex(HmacSha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(Hex(HmacSha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(Hex(HmacSha256("", "")) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("HKDF-SHA-256 gives the values of RFC 5869", "[unit][crypto]") {
  CHECK(Hex(HkdfSha256(std::string(22, '\x0b'), FromHex("000102030405060708090a0b0c"),
                       FromHex("f0f1f2f3f4f5f6f7f8f9"), 42)) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(Hex(HkdfSha256(std::string(22, '\x0b'), "", "", 42)) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("AES-128-CBC gives the first block of NIST SP 800-38A", "[unit][crypto]") {
  const std::string key = FromHex("2b7e151628aed2a6abf7158809cf4f3c");
  const std::string iv = FromHex("000102030405060708090a0b0c0d0e0f");
  const std::string block = FromHex("6bc1bee22e409f96e93d7e117393172a");
  const std::string ciphertext = EncryptCbc(key, iv, block).value();
  CHECK(Hex(ciphertext.substr(0, 16)) == "7649abac8119b246cee98e9b12e9197d");
  CHECK(ciphertext.size() == 32);  // a whole block of padding
  CHECK(DecryptCbc(key, iv, ciphertext).value() == block);
  CHECK(absl::IsInvalidArgument(DecryptCbc(key, iv, ciphertext.substr(0, 31)).status()));
  CHECK_FALSE(EncryptCbc("short", iv, block).ok());
}

TEST_CASE("AES-256-GCM opens test case 15 of the GCM specification", "[unit][crypto]") {
  const std::string key =
      FromHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const std::string sealed = FromHex(
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
      "b094dac5d93471bdec1a502270e3cc6c");
  CHECK(Hex(Open(key, sealed, "").value()) ==
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255");
}

TEST_CASE("a seal opens only with its key, its bytes and its associated text", "[unit][crypto]") {
  FakeIds ids;
  const std::string key(32, 'k');
  const std::string sealed = Seal(key, "the answer", "scope", ids).value();
  CHECK(Open(key, sealed, "scope").value() == "the answer");
  CHECK(sealed.find("answer") == std::string::npos);
  CHECK(Seal(key, "the answer", "scope", ids).value() != sealed);  // another nonce
  CHECK(ReasonOf(Open(key, sealed, "other").status()) == "SEAL_BROKEN");
  CHECK(ReasonOf(Open(std::string(32, 'x'), sealed, "scope").status()) == "SEAL_BROKEN");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string flipped = sealed;
    flipped[i] ^= 1;
    CHECK_FALSE(Open(key, flipped, "scope").ok());
  }
  CHECK_FALSE(Open(key, sealed.substr(0, 20), "scope").ok());
  CHECK_FALSE(Seal("short", "x", "", ids).ok());
}

TEST_CASE("equality looks at every byte", "[unit][crypto]") {
  CHECK(ConstantTimeEquals("abc", "abc"));
  CHECK(ConstantTimeEquals("", ""));
  CHECK_FALSE(ConstantTimeEquals("abc", "abd"));
  CHECK_FALSE(ConstantTimeEquals("abc", "ab"));
}

}  // namespace
}  // namespace tstack::crypto
