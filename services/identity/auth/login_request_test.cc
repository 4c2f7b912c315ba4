#include "services/identity/auth/login_request.h"

#include "google/protobuf/text_format.h"
#include <catch2/catch.hpp>

namespace tstack::identity::auth {
namespace {

v1::IssueTokenRequest Request(const std::string& text) {
  v1::IssueTokenRequest request;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &request));
  return request;
}

const char kPassword[] =
    "identity { methods: 'password' password { user { name: 'admin' domain { id: 'default' } "
    "password: 'x' } } }";
const char kToken[] = "identity { methods: 'token' token { id: 'gAAA' } }";

std::string Object(const std::string& key, const std::string& value) {
  return "struct_value { fields { key: '" + key + "' value { " + value + " } } }";
}
std::string ScopeText(const std::string& value) {
  return std::string(kToken) + " scope { " + value + " }";
}
const std::string kEmpty = "struct_value { }";

std::string Reason(const std::string& text) { return ReasonOf(ParseLogin(Request(text)).status()); }

TEST_CASE("a password login names its user by id, or by name and domain",
          "[unit][identity][auth]") {
  const auto login = ParseLogin(Request(kPassword));
  REQUIRE(login.ok());
  CHECK(login->by_password);
  CHECK_FALSE(login->by_token);
  CHECK(login->user.name == "admin");
  CHECK(login->user.domain.id == "default");
  CHECK(login->scope.kind == ScopeRequest::Kind::kDefault);
  CHECK(login->catalog);
  CHECK(Reason("identity { methods: 'password' password { user { id: 'u' password: 'x' } } }")
            .empty());
  CHECK(Reason("identity { methods: 'password' password { user { name: 'u' password: 'x' } } }") ==
        "LOGIN_MALFORMED");
  CHECK(Reason("identity { methods: 'password' password { user { password: 'x' } } }") ==
        "LOGIN_MALFORMED");
  CHECK(Reason("identity { methods: 'password' password { } }") == "LOGIN_MALFORMED");
  CHECK(Reason("identity { methods: 'password' }") == "LOGIN_MALFORMED");
  CHECK(Reason("") == "LOGIN_MALFORMED");
}

TEST_CASE("several methods may be combined, unknown ones are refused as unauthenticated",
          "[unit][identity][auth]") {
  const auto both =
      ParseLogin(Request("identity { methods: 'token' methods: 'password' token { id: 't' } "
                         "password { user { id: 'u' } } }"));
  REQUIRE(both.ok());
  CHECK((both->by_password && both->by_token));
  CHECK(Reason("identity { methods: 'totp' }") == "LOGIN_MALFORMED");
  CHECK(Reason("identity { methods: 'totp' others { key: 'totp' value { string_value: 'x' } } }") ==
        "AUTH_METHOD_UNSUPPORTED");
  CHECK(Reason(ScopeText(Object("OS-TRUST:trust", Object("id", "string_value: 'x'")))) ==
        "TRUST_UNKNOWN");
  CHECK(Reason("identity { methods: 'token' token { } }") == "LOGIN_MALFORMED");
}

TEST_CASE("every form of scope is understood", "[unit][identity][auth]") {
  using Kind = ScopeRequest::Kind;
  const auto kind = [](const std::string& value) {
    return ParseLogin(Request(ScopeText(value))).value().scope.kind;
  };
  CHECK(kind("string_value: 'unscoped'") == Kind::kUnscoped);
  CHECK(kind(Object("unscoped", kEmpty)) == Kind::kUnscoped);
  CHECK(kind(Object("system", Object("all", "bool_value: true"))) == Kind::kSystem);
  CHECK(kind(Object("domain", Object("name", "string_value: 'Default'"))) == Kind::kDomain);
  CHECK(kind(Object("project", Object("id", "string_value: 'p'"))) == Kind::kProject);
}

TEST_CASE("a scope that says too little, too much or the wrong type is refused",
          "[unit][identity][auth]") {
  for (const std::string& value :
       {std::string("string_value: 'all'"), std::string("null_value: NULL_VALUE"),
        std::string("number_value: 1"), kEmpty, Object("project", kEmpty),
        Object("project", "string_value: 'p'"), Object("project", Object("id", "number_value: 1")),
        Object("project", Object("name", "string_value: 'p'")), Object("domain", kEmpty),
        Object("system", "bool_value: true"),
        "struct_value { fields { key: 'unscoped' value { struct_value { } } } "
        "fields { key: 'system' value { struct_value { } } } }" +
            std::string()}) {
    INFO(value);
    CHECK(Reason(ScopeText(value)) == "LOGIN_MALFORMED");
  }
}

TEST_CASE("nocatalog counts in any spelling", "[unit][identity][auth]") {
  CHECK_FALSE(ParseLogin(Request(std::string(kToken) + " nocatalog: ''")).value().catalog);
  CHECK_FALSE(ParseLogin(Request(std::string(kToken) + " nocatalog: 'false'")).value().catalog);
}

}  // namespace
}  // namespace tstack::identity::auth
