#include "services/identity/auth/validator.h"

#include "services/identity/auth/auth_fixture.h"
#include "services/identity/auth/token_body.h"

namespace tstack::identity::auth {
namespace {

TEST_CASE_METHOD(AuthFixture, "a token dies at its expiry, later for whom a grace is given",
                 "[unit][identity][token]") {
  const std::string token = Issue(Password("alice", "pw")).text.Reveal();
  clock.Advance(absl::Minutes(59));
  CHECK(Verdict(token) == "");
  clock.Advance(absl::Minutes(1));
  CHECK(Verdict(token) == "TOKEN_EXPIRED");
  CHECK(Verdict(token, absl::Minutes(1)) == "");
  clock.Advance(absl::Minutes(1));
  CHECK(Verdict(token, absl::Minutes(1)) == "TOKEN_EXPIRED");
}

TEST_CASE_METHOD(AuthFixture, "whatever a token stands on kills it by going",
                 "[unit][identity][token]") {
  directory.domains["d2"] = {"Two", true};
  directory.projects["p1"].domain_id = "d2";
  const std::string token = Issue(Password("alice", "pw", Project("p1"))).text.Reveal();
  REQUIRE(Verdict(token) == "");
  SECTION("user disabled") { directory.users["alice"].enabled = false; }
  SECTION("user's domain disabled") { directory.domains["default"].enabled = false; }
  SECTION("user deleted") { directory.users.erase("alice"); }
  SECTION("project disabled") { directory.projects["p1"].enabled = false; }
  SECTION("project's domain disabled") { directory.domains["d2"].enabled = false; }
  SECTION("project deleted") { directory.projects.erase("p1"); }
  SECTION("last role taken") { directory.grants.clear(); }
  CHECK(Verdict(token) == "TOKEN_INVALID");
}

TEST_CASE_METHOD(AuthFixture, "what was disabled and enabled again does not bring its tokens back",
                 "[unit][identity][revocation]") {
  directory.domains["d2"] = {"Two", true};
  directory.projects["p1"].domain_id = "d2";
  const std::string token = Issue(Password("alice", "pw", Project("p1"))).text.Reveal();
  const std::string elsewhere = Issue(Password("alice", "pw", System())).text.Reveal();
  const absl::Time disabled = clock.Now() + absl::Seconds(2);
  bool elsewhere_too = false;
  SECTION("project") { directory.projects["p1"].invalid_before = disabled; }
  SECTION("project's domain") { directory.domains["d2"].invalid_before = disabled; }
  SECTION("user's domain") {
    directory.domains["default"].invalid_before = disabled;
    elsewhere_too = true;
  }
  CHECK(Verdict(token) == "TOKEN_REVOKED");
  CHECK(Verdict(elsewhere) == (elsewhere_too ? "TOKEN_REVOKED" : ""));
  // A new login is good at once.
  CHECK(Verdict(Issue(Password("alice", "pw", Project("p1"))).text.Reveal()) == "");
}

TEST_CASE_METHOD(AuthFixture, "revoking a token leaves its children, revoking a chain does not",
                 "[unit][identity][revocation]") {
  const IssuedToken parent = Issue(Password("alice", "pw"));
  const IssuedToken child = Issue(ByToken(parent.text.Reveal(), Project("p1")));
  const std::string audit_id = parent.valid.token.payload.audit_ids[0];
  REQUIRE(directory.RevokeToken(ctx, audit_id, false, clock.Now()).ok());
  CHECK(Verdict(parent.text.Reveal()) == "TOKEN_REVOKED");
  CHECK(Verdict(child.text.Reveal()) == "");
  CHECK(RefusalOf(ByToken(parent.text.Reveal())) == "TOKEN_NOT_FOUND");
  REQUIRE(directory.RevokeToken(ctx, audit_id, true, clock.Now()).ok());
  CHECK(Verdict(child.text.Reveal()) == "TOKEN_REVOKED");
}

TEST_CASE_METHOD(AuthFixture, "without a database nothing is said about a token",
                 "[unit][identity][token]") {
  const std::string token = Issue(Password("alice", "pw")).text.Reveal();
  directory.down = true;
  CHECK(absl::IsUnavailable(validator.Validate(ctx, token).status()));
}

TEST_CASE_METHOD(AuthFixture, "an authority names everything whose change makes it untrue",
                 "[unit][identity][token]") {
  directory.domains["d2"] = {"Two", true};
  directory.projects["p1"].domain_id = "d2";
  const std::string parent = Issue(Password("alice", "pw")).text.Reveal();
  const IssuedToken issued = Issue(ByToken(parent, Project("p1")));
  directory.auth_seq = 77;
  const v1::AuthenticateResponse authority =
      AuthorityOf(*validator.Validate(ctx, issued.text.Reveal()));
  CHECK(authority.auth_seq() == 77);
  std::set<std::pair<int, std::string>> depends_on;
  for (const auto& dependency : authority.depends_on())
    depends_on.emplace(dependency.kind(), dependency.id());
  const auto& audit_ids = issued.valid.token.payload.audit_ids;
  CHECK(depends_on == std::set<std::pair<int, std::string>>{{v1::TOKEN, audit_ids[0]},
                                                            {v1::TOKEN, audit_ids[1]},
                                                            {v1::USER, "alice"},
                                                            {v1::DOMAIN, "default"},
                                                            {v1::PROJECT, "p1"},
                                                            {v1::DOMAIN, "d2"},
                                                            {v1::ASSIGNMENT, "alice"},
                                                            {v1::ROLE, "role-member"},
                                                            {v1::ROLE, "role-reader"}});
  CHECK(authority.context().project_id() == "p1");
  CHECK(authority.context().project_domain_id() == "d2");
  CHECK(authority.context().roles_size() == 2);
  CHECK(authority.context().audit_id() == audit_ids[0]);
}

TEST_CASE_METHOD(AuthFixture, "the body of a token shows its scope and nothing of other scopes",
                 "[unit][identity][token]") {
  const IssuedToken project = Issue(Password("alice", "pw", Project("p1")));
  const v1::Token body = TokenBody(project.valid, project.text.Reveal());
  CHECK(body.project().name() == "one");
  CHECK(body.project().domain().name() == "Default");
  CHECK((body.has_is_domain() && !body.is_domain()));
  CHECK_FALSE((body.has_domain() || body.has_system()));
  CHECK_FALSE(body.user().has_password_expires_at());
  CHECK(body.issued_at().seconds() == absl::ToUnixSeconds(clock.Now()));
  const IssuedToken system = Issue(Password("alice", "pw", System()));
  CHECK(TokenBody(system.valid, "").system().all());
  CHECK_FALSE(TokenBody(system.valid, "").has_is_domain());
  CHECK(TokenBody(Issue(Password("alice", "pw")).valid, "").roles_size() == 0);
}

}  // namespace
}  // namespace tstack::identity::auth
