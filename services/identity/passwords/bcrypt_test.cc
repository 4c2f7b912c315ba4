#include "services/identity/passwords/bcrypt.h"

#include <catch2/catch.hpp>

namespace tstack::identity::passwords {
namespace {

// Made by python3-passlib, as keystone does.
const char kForeign[] =
    "$2b$04$2ChZP7fhlFe.YyjmwUikxOQwNL7Cp9Xi9Vy2bcQTIfqQ/1PAyjNna";  // correct horse
const char kForeignLong[] =
    "$2b$04$3e8h2Q5loqs.pTkDHhmi3O8DceSgJpMS7J8Q9ldoB5Ws43L7S9egy";  // 72 times x

TEST_CASE("keystone's hashes are understood", "[unit][identity][password]") {
  CHECK(BcryptMatches("correct horse", kForeign));
  CHECK_FALSE(BcryptMatches("correct horsE", kForeign));
  CHECK_FALSE(BcryptMatches("", kForeign));
}

TEST_CASE("as in keystone only the first 72 bytes count", "[unit][identity][password]") {
  CHECK(BcryptMatches(std::string(72, 'x'), kForeignLong));
  CHECK(BcryptMatches(std::string(100, 'x'), kForeignLong));
  CHECK_FALSE(BcryptMatches(std::string(71, 'x'), kForeignLong));
}

TEST_CASE("a hash is of kind 2b and cost as asked, and matches its password only",
          "[unit][identity][password]") {
  const auto hash = BcryptHash("s3cret", 4, std::string(16, 'a'));
  REQUIRE(hash.ok());
  CHECK(hash->substr(0, 7) == "$2b$04$");
  CHECK(BcryptMatches("s3cret", *hash));
  CHECK_FALSE(BcryptMatches("s3cret ", *hash));
  CHECK(*BcryptHash("s3cret", 4, std::string(16, 'b')) != *hash);
}

TEST_CASE("NUL characters and foreign hashes match nothing", "[unit][identity][password]") {
  CHECK(ReasonOf(BcryptHash(std::string("a\0b", 3), 4, std::string(16, 'a')).status()) ==
        "PASSWORD_INVALID");
  CHECK_FALSE(BcryptMatches(std::string("correct horse\0x", 15), kForeign));
  for (const char* hash :
       {"", "*", "*0", "x", "$2b$04$short", "$1$abcdefgh$0123456789012345678901"}) {
    CHECK_FALSE(BcryptMatches("x", hash));
  }
}

}  // namespace
}  // namespace tstack::identity::passwords
