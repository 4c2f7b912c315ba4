#include "common/crypto/encoding.h"

#include <catch2/catch.hpp>

namespace tstack::crypto {
namespace {

TEST_CASE("base64url gives the values of RFC 4648 without padding", "[unit][crypto]") {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(Base64Url(bytes) == text);
    CHECK(ParseBase64Url(text).value() == bytes);
    CHECK(ParseBase64Url(Base64UrlPadded(bytes)).value() == bytes);
  }
  CHECK(Base64Url("\xff\xfe\xfb") == "__77");
  CHECK(Base64UrlPadded("fo") == "Zm8=");
}

TEST_CASE("base64url that no encoder writes is refused", "[unit][crypto]") {
  for (const char* text :
       {"A", "Zg=", "Zh", "Zm9", "Zm9v====", "Zm+v", "Zm/v", "Zm 9v", "Zg==Zg==", "=", "===="}) {
    INFO(text);
    CHECK_FALSE(ParseBase64Url(text).ok());
  }
}

TEST_CASE("hexadecimal is read in either case and written in lower case", "[unit][crypto]") {
  const std::string bytes("\x00\xab\xff", 3);
  CHECK(Hex(bytes) == "00abff");
  CHECK(ParseHex("00aBfF").value() == bytes);
  CHECK_FALSE(ParseHex("0").ok());
  CHECK_FALSE(ParseHex("0g").ok());
}

}  // namespace
}  // namespace tstack::crypto
