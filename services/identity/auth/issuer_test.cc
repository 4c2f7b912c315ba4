#include "services/identity/auth/issuer.h"

#include "services/identity/auth/auth_fixture.h"

namespace tstack::identity::auth {
namespace {

using Kind = tokens::Scope::Kind;

TEST_CASE_METHOD(AuthFixture, "the right password gives a token that stands for its user",
                 "[unit][identity][auth]") {
  const IssuedToken issued = Issue(Password("alice", "pw", Project("p1")));
  const auto valid = validator.Validate(ctx, issued.text.Reveal());
  REQUIRE(valid.ok());
  CHECK(valid->bearer.user_name == "Alice");
  CHECK(valid->bearer.scope == tokens::Scope{Kind::kProject, "p1"});
  CHECK(valid->bearer.roles.size() == 2);
  CHECK(valid->token.payload.methods == std::vector<std::string>{"password"});
  CHECK(valid->token.payload.expires_at == clock.Now() + absl::Hours(1));
  CHECK(valid->token.payload.audit_ids.size() == 1);
}

TEST_CASE_METHOD(AuthFixture, "users, projects and domains are found by name and domain",
                 "[unit][identity][auth]") {
  LoginRequest login =
      Password("", "pw", {ScopeRequest::Kind::kProject, {"", "one", {"", "Default"}}, {}});
  login.user = {"", "Alice", {"", "Default"}};
  CHECK(Issue(login).valid.bearer.scope.id == "p1");
  login.scope = {ScopeRequest::Kind::kDomain, {}, {"", "Default"}};
  CHECK(Issue(login).valid.bearer.scope == tokens::Scope{Kind::kDomain, "default"});
  login.scope = System();
  CHECK(Issue(login).valid.bearer.scope == tokens::Scope{Kind::kSystem, "all"});
}

TEST_CASE_METHOD(AuthFixture, "nobody learns why a login failed: one answer, one hash, one write",
                 "[unit][identity][auth]") {
  directory.users["off"] = {.name = "Off", .enabled = false, .hash = "plain:pw"};
  directory.domains["closed"] = {"Closed", false};
  directory.users["inside"] = {.name = "Inside", .domain_id = "closed", .hash = "plain:pw"};
  directory.users["bare"] = {.name = "Bare"};
  directory.users["locked"] = {
      .name = "L", .hash = "plain:pw", .failed_count = 3, .last_failed_at = clock.Now()};
  const Status model = issuer.Issue(ctx, Password("alice", "wrong")).status();
  REQUIRE(ReasonOf(model) == "LOGIN_REFUSED");
  for (const auto& [user, password] : {std::pair("nobody", "pw"),
                                       {"off", "pw"},
                                       {"off", "wrong"},
                                       {"inside", "pw"},
                                       {"bare", "pw"},
                                       {"locked", "pw"},
                                       {"locked", "wrong"},
                                       {"alice", ""}}) {
    INFO(user);
    const int hashes = hasher.verifications();
    const int writes = directory.failures_written;
    const Status status = issuer.Issue(ctx, Password(user, password)).status();
    CHECK(status.code() == model.code());
    CHECK(status.message() == model.message());
    CHECK(ReasonOf(status) == ReasonOf(model));
    CHECK(hasher.verifications() == hashes + 1);
    CHECK(directory.failures_written == writes + 1);
  }
}

TEST_CASE_METHOD(AuthFixture, "a scope without a role, unknown or disabled, gives no token",
                 "[unit][identity][auth]") {
  CHECK(RefusalOf(Password("alice", "pw", Project("p2"))) == "LOGIN_REFUSED");
  CHECK(RefusalOf(Password("alice", "pw", Project("nowhere"))) == "LOGIN_REFUSED");
  CHECK(RefusalOf(Password("alice", "pw", Domain("nowhere"))) == "LOGIN_REFUSED");
  directory.projects["p1"].enabled = false;
  CHECK(RefusalOf(Password("alice", "pw", Project("p1"))) == "LOGIN_REFUSED");
}

TEST_CASE_METHOD(AuthFixture, "without a scope the default project is taken if it works, else none",
                 "[unit][identity][auth]") {
  const LoginRequest login = Password("alice", "pw", {});
  CHECK(Issue(login).valid.bearer.scope.kind == Kind::kUnscoped);
  directory.users["alice"].default_project_id = "p1";
  CHECK(Issue(login).valid.bearer.scope.id == "p1");
  directory.users["alice"].default_project_id = "p2";
  CHECK(Issue(login).valid.bearer.scope.kind == Kind::kUnscoped);
}

TEST_CASE_METHOD(AuthFixture, "a token buys another that expires no later and remembers the chain",
                 "[unit][identity][auth]") {
  const IssuedToken first = Issue(Password("alice", "pw"));
  clock.Advance(absl::Minutes(10));
  const IssuedToken second = Issue(ByToken(first.text.Reveal(), Project("p1")));
  const IssuedToken third = Issue(ByToken(second.text.Reveal(), Domain("default")));
  const auto& payload = third.valid.token.payload;
  CHECK(payload.expires_at == first.valid.token.payload.expires_at);
  REQUIRE(payload.audit_ids.size() == 2);
  CHECK(payload.audit_ids[1] == first.valid.token.payload.audit_ids[0]);
  CHECK(payload.methods == std::vector<std::string>{"token", "password"});
}

TEST_CASE_METHOD(AuthFixture, "a system token does not become one of a project or domain",
                 "[unit][identity][auth]") {
  const IssuedToken system = Issue(Password("alice", "pw", System()));
  CHECK(RefusalOf(ByToken(system.text.Reveal(), Project("p1"))) == "RESCOPE_REFUSED");
  CHECK(RefusalOf(ByToken(system.text.Reveal(), Domain("default"))) == "RESCOPE_REFUSED");
  CHECK(Issue(ByToken(system.text.Reveal())).valid.bearer.scope.kind == Kind::kUnscoped);
}

TEST_CASE_METHOD(AuthFixture,
                 "a bad token is not found, and token and password must be of one user",
                 "[unit][identity][auth]") {
  CHECK(RefusalOf(ByToken("garbage")) == "TOKEN_NOT_FOUND");
  directory.users["bob"] = {.name = "Bob", .hash = "plain:pw"};
  LoginRequest both = ByToken(Issue(Password("alice", "pw")).text.Reveal());
  both.by_password = true;
  both.user.id = "bob";
  both.password = log::Secret<std::string>("pw");
  CHECK(RefusalOf(both) == "LOGIN_REFUSED");
  both.user.id = "alice";
  CHECK(Issue(both).valid.bearer.user_id == "alice");
}

TEST_CASE_METHOD(AuthFixture,
                 "after three wrong passwords the right one is refused until the time has passed",
                 "[unit][identity][lockout]") {
  for (int i = 0; i < 3; ++i) CHECK(RefusalOf(Password("alice", "wrong")) == "LOGIN_REFUSED");
  CHECK(RefusalOf(Password("alice", "pw")) == "LOGIN_REFUSED");
  clock.Advance(absl::Minutes(31));
  Issue(Password("alice", "pw"));
  CHECK(directory.users["alice"].failed_count == 0);
  CHECK(RefusalOf(Password("alice", "wrong")) == "LOGIN_REFUSED");
  Issue(Password("alice", "pw"));
}

TEST_CASE_METHOD(AuthFixture, "an expired password is told only to who knows it",
                 "[unit][identity][auth]") {
  directory.users["alice"].password_expires_at = clock.Now() - absl::Seconds(1);
  CHECK(RefusalOf(Password("alice", "pw")) == "PASSWORD_EXPIRED");
  CHECK(RefusalOf(Password("alice", "wrong")) == "LOGIN_REFUSED");
}

TEST_CASE_METHOD(AuthFixture,
                 "a login in the second of a password change gives a token that is good",
                 "[unit][identity][revocation]") {
  const IssuedToken old = Issue(Password("alice", "pw"));
  directory.users["alice"].invalid_before = clock.Now() + absl::Seconds(2);
  CHECK(Verdict(old.text.Reveal()) == "TOKEN_REVOKED");
  const IssuedToken fresh = Issue(Password("alice", "pw"));
  CHECK(Verdict(fresh.text.Reveal()) == "");
  CHECK(fresh.valid.token.issued_at == clock.Now() + absl::Seconds(3));
}

// Changes the password while the old one is being hashed.
class ChangingHasher final : public passwords::Hasher {
 public:
  explicit ChangingHasher(AuthFixture& fixture) : fixture_(fixture) {}
  StatusOr<std::string> Hash(const CallContext&, std::string_view) override {
    return std::string();
  }
  StatusOr<bool> Verify(const CallContext&, std::string_view, std::string_view) override {
    fixture_.directory.users["alice"].invalid_before = fixture_.clock.Now();
    return true;
  }
  Status VerifyNothing(const CallContext&, std::string_view) override { return absl::OkStatus(); }
  bool Outdated(std::string_view) const override { return false; }

 private:
  AuthFixture& fixture_;
};

TEST_CASE_METHOD(AuthFixture, "a proof that is older than a change of the user gives no token",
                 "[unit][identity][revocation]") {
  ChangingHasher changing(*this);
  PasswordProver proving(directory, changing, lockout);
  TokenIssuer raced(directory, proving, codec, validator, clock, absl::Hours(1));
  CHECK(ReasonOf(raced.Issue(ctx, Password("alice", "pw")).status()) == "LOGIN_REFUSED");
}

TEST_CASE_METHOD(AuthFixture, "logins are counted by method and outcome, checks by verdict",
                 "[unit][identity][metrics]") {
  metrics::Registry registry;
  AuthMetrics metrics(registry);
  TokenValidator checking(codec, directory, clock, &metrics);
  TokenIssuer counting(directory, prover, codec, checking, clock, absl::Hours(1), &metrics);
  const auto issued = counting.Issue(ctx, Password("alice", "pw"));
  REQUIRE(issued.ok());
  CHECK_FALSE(counting.Issue(ctx, Password("alice", "wrong")).ok());
  CHECK(counting.Issue(ctx, ByToken(issued->text.Reveal())).ok());
  CHECK_FALSE(counting.Issue(ctx, ByToken("garbage")).ok());
  directory.down = true;
  CHECK_FALSE(counting.Issue(ctx, Password("alice", "pw")).ok());
  const std::string text = registry.Text();
  for (const char* line : {R"(tstack_identity_logins_total{method="password",outcome="issued"} 1)",
                           R"(tstack_identity_logins_total{method="password",outcome="refused"} 1)",
                           R"(tstack_identity_logins_total{method="password",outcome="failed"} 1)",
                           R"(tstack_identity_logins_total{method="token",outcome="issued"} 1)",
                           R"(tstack_identity_logins_total{method="token",outcome="refused"} 1)",
                           R"(tstack_identity_token_checks_total{verdict="valid"} 1)",
                           R"(tstack_identity_token_checks_total{verdict="refused"} 1)"}) {
    INFO(line << " in\n" << text);
    CHECK(text.find(line) != text.npos);
  }
}

TEST_CASE_METHOD(AuthFixture, "without a database a login is unavailable, not refused",
                 "[unit][identity][auth]") {
  Issue(Password("alice", "pw"));
  directory.down = true;
  CHECK(absl::IsUnavailable(issuer.Issue(ctx, Password("alice", "pw")).status()));
}

}  // namespace
}  // namespace tstack::identity::auth
