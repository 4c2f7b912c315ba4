#include "services/identity/auth/user_options.h"

#include "google/protobuf/util/json_util.h"

#include "services/identity/auth/auth_fixture.h"

namespace tstack::identity::auth {
namespace {

v1::UserOptions Options(const std::string& rules) {
  v1::UserOptions options;
  REQUIRE(google::protobuf::util::JsonStringToMessage("{\"multi_factor_auth_rules\":" + rules + "}",
                                                      &options)
              .ok());
  return options;
}

TEST_CASE("a login must cover one of the user's rules", "[unit][identity][mfa]") {
  const v1::UserOptions both = Options(R"([["password", "token"]])");
  CHECK(CheckMethods(both, {"token", "password"}).ok());
  const Status refused = CheckMethods(both, {"password"});
  CHECK(absl::IsUnauthenticated(refused));
  CHECK(ReasonOf(refused) == "AUTH_METHODS_INSUFFICIENT");
  CHECK(CheckMethods(Options(R"([["password", "token"], ["password"]])"), {"password"}).ok());
  CHECK(CheckMethods(Options("[]"), {"password"}).ok());
  CHECK(CheckMethods({}, {"password"}).ok());
  // Stored by somebody else: what is not offered cannot be met.
  CHECK_FALSE(CheckMethods(Options(R"([["password", "totp"]])"), {"password"}).ok());
  CHECK_FALSE(CheckMethods(Options(R"([[]])"), {"password"}).ok());
  CHECK_FALSE(CheckMethods(Options(R"(["password"])"), {"password"}).ok());
}

TEST_CASE("rules that are switched off do not count", "[unit][identity][mfa]") {
  v1::UserOptions options = Options(R"([["password", "token"]])");
  options.set_multi_factor_auth_enabled(false);
  CHECK(CheckMethods(options, {"password"}).ok());
  options.set_multi_factor_auth_enabled(true);
  CHECK_FALSE(CheckMethods(options, {"password"}).ok());
}

TEST_CASE("rules that nobody can read or meet are refused when they are written",
          "[unit][identity][mfa]") {
  CHECK(CheckRules({}).ok());
  CHECK(CheckRules(Options(R"([["password"], ["password", "token"]])")).ok());
  for (const char* rules :
       {R"([["password", "totp"]])", R"(["password"])", R"([[]])", R"([[1]])"}) {
    INFO(rules);
    CHECK(absl::IsInvalidArgument(CheckRules(Options(rules))));
  }
}

TEST_CASE_METHOD(AuthFixture, "a password alone gives no token where the rules demand more",
                 "[unit][identity][mfa]") {
  const IssuedToken before = Issue(Password("alice", "pw"));
  directory.users["alice"].options = Options(R"([["password", "token"]])");
  CHECK(RefusalOf(Password("alice", "pw")) == "AUTH_METHODS_INSUFFICIENT");
  CHECK(RefusalOf(Password("alice", "wrong")) == "LOGIN_REFUSED");
  // The token remembers that a password was proved for it.
  CHECK(Issue(ByToken(before.text.Reveal())).valid.bearer.user_id == "alice");
}

}  // namespace
}  // namespace tstack::identity::auth
