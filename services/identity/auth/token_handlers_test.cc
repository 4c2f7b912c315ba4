#include "services/identity/auth/token_handlers.h"

#include "services/identity/auth/auth_fixture.h"

namespace tstack::identity::auth {
namespace {

// Lets everybody do everything, or nobody anything; remembers the last target.
class FakePolicy final : public ::tstack::policy::Engine {
 public:
  Status Enforce(const CallContext&, const ::tstack::policy::Target& target) const override {
    last_target = target;
    return allow ? absl::OkStatus() : Error(StatusCode::kPermissionDenied, "POLICY_DENIED", "no");
  }
  Status EnforceRule(const CallContext& ctx, std::string_view,
                     const ::tstack::policy::Target& target) const override {
    return Enforce(ctx, target);
  }
  bool Allows(const CallContext&, std::string_view,
              const ::tstack::policy::Target&) const override {
    return allow;
  }
  bool allow = true;
  mutable ::tstack::policy::Target last_target;
};

struct Fixture : AuthFixture {
  FakePolicy policy;
  TokenHandlers handlers{issuer, validator, directory, policy, absl::Hours(48)};

  Fixture() { directory.catalog.emplace_back().set_type("identity"); }

  CallContext As(std::vector<std::string> roles) const {
    CallContext caller;
    caller.request.auth.set_user_id("alice");
    for (const std::string& role : roles) caller.request.auth.add_roles(role);
    return caller;
  }
  static v1::ValidateTokenRequest Subject(const std::string& token, bool allow_expired = false) {
    v1::ValidateTokenRequest request;
    request.set_subject_token(token);
    request.set_allow_expired(allow_expired);
    return request;
  }
  v1::IssueTokenRequest Login(const std::string& password) {
    v1::IssueTokenRequest request;
    request.mutable_identity()->add_methods("password");
    request.mutable_identity()->mutable_password()->mutable_user()->set_id("alice");
    request.mutable_identity()->mutable_password()->mutable_user()->set_password(password);
    auto& project = (*request.mutable_scope()->mutable_struct_value()->mutable_fields())["project"];
    (*project.mutable_struct_value()->mutable_fields())["id"].set_string_value("p1");
    return request;
  }
};

TEST_CASE_METHOD(Fixture, "a login answers with the token and, unless it is unwanted, the catalog",
                 "[unit][identity][auth]") {
  v1::IssueTokenRequest login = Login("pw");
  const auto token = handlers.IssueToken(ctx, login);
  REQUIRE(token.ok());
  CHECK(token->id().starts_with("gAAAA"));
  CHECK(token->catalog_size() == 1);
  login.set_nocatalog("");
  CHECK(handlers.IssueToken(ctx, login)->catalog_size() == 0);
  CHECK(ReasonOf(handlers.IssueToken(ctx, Login("wrong")).status()) == "LOGIN_REFUSED");
}

TEST_CASE_METHOD(Fixture, "validating asks the policy about the token's user",
                 "[unit][identity][auth]") {
  const std::string token = Issue(Password("alice", "pw")).text.Reveal();
  const auto shown = handlers.ValidateToken(As({}), Subject(token));
  REQUIRE(shown.ok());
  CHECK(shown->id() == token);
  CHECK(shown->catalog_size() == 0);  // unscoped
  CHECK(policy.last_target.at("target.token.user_id") == "alice");
  policy.allow = false;
  CHECK(ReasonOf(handlers.ValidateToken(As({}), Subject(token)).status()) == "POLICY_DENIED");
  CHECK(ReasonOf(handlers.ValidateToken(As({}), Subject("x")).status()) == "TOKEN_NOT_FOUND");
  CHECK(ReasonOf(handlers.ValidateToken(As({}), Subject("")).status()) == "TOKEN_NOT_FOUND");
}

TEST_CASE_METHOD(Fixture, "only services may look at an expired token, and not for ever",
                 "[unit][identity][auth]") {
  const std::string token = Issue(Password("alice", "pw")).text.Reveal();
  clock.Advance(absl::Hours(2));
  CHECK(ReasonOf(handlers.ValidateToken(As({"service"}), Subject(token)).status()) ==
        "TOKEN_NOT_FOUND");
  CHECK(ReasonOf(handlers.ValidateToken(As({"member"}), Subject(token, true)).status()) ==
        "TOKEN_NOT_FOUND");
  CHECK(handlers.ValidateToken(As({"service"}), Subject(token, true)).ok());
  CHECK(handlers.ValidateToken(As({"Service"}), Subject(token, true)).ok());  // as policies compare
  clock.Advance(absl::Hours(48));
  CHECK(ReasonOf(handlers.ValidateToken(As({"service"}), Subject(token, true)).status()) ==
        "TOKEN_NOT_FOUND");
}

TEST_CASE_METHOD(Fixture, "a revoked token is not found any more", "[unit][identity][revocation]") {
  v1::RevokeTokenRequest request;
  request.set_subject_token(Issue(Password("alice", "pw")).text.Reveal());
  policy.allow = false;
  CHECK(ReasonOf(handlers.RevokeToken(As({}), request)) == "POLICY_DENIED");
  policy.allow = true;
  REQUIRE(handlers.RevokeToken(As({}), request).ok());
  CHECK(Verdict(request.subject_token()) == "TOKEN_REVOKED");
  CHECK(ReasonOf(handlers.RevokeToken(As({}), request)) == "TOKEN_NOT_FOUND");
}

TEST_CASE_METHOD(Fixture, "the catalog needs a project, the system scope a role on the system",
                 "[unit][identity][auth]") {
  CallContext caller = As({});
  CHECK(ReasonOf(handlers.ListAuthCatalog(caller).status()) == "CATALOG_NEEDS_PROJECT");
  caller.request.auth.set_project_id("p1");
  CHECK(handlers.ListAuthCatalog(caller)->catalog_size() == 1);
  CHECK(handlers.ListAuthSystem(caller)->system_size() == 1);
  directory.grants.clear();
  CHECK(handlers.ListAuthSystem(caller)->system_size() == 0);
}

TEST_CASE_METHOD(Fixture, "a gateway's grace is limited by the configured window",
                 "[unit][identity][auth]") {
  v1::AuthenticateRequest request;
  request.set_token(Issue(Password("alice", "pw")).text.Reveal());
  CHECK(handlers.Authenticate(ctx, request)->context().user_id() == "alice");
  clock.Advance(absl::Hours(2));
  CHECK(ReasonOf(handlers.Authenticate(ctx, request).status()) == "TOKEN_EXPIRED");
  request.set_expired_grace_seconds(1'000'000'000);
  CHECK(handlers.Authenticate(ctx, request).ok());
  clock.Advance(absl::Hours(48));
  CHECK(ReasonOf(handlers.Authenticate(ctx, request).status()) == "TOKEN_EXPIRED");
}

}  // namespace
}  // namespace tstack::identity::auth
