#include "services/identity/auth/lockout_fixture.h"
#include "services/identity/auth/sql_directory.h"
#include "services/identity/auth/validity.h"
#include "services/identity/passwords/password_store.h"
#include "services/identity/wiring/test_cloud.h"

namespace tstack::identity::auth {
namespace {

using Kind = tokens::Scope::Kind;

struct Fixture : TestCloud {
  Fixture() : TestCloud(testing::TestMariaDb::Shared(), "identity_directory") {}
  std::unique_ptr<Directory> directory =
      MakeSqlDirectory(*database, RealIds(), {2, absl::Minutes(30)});
  CallContext ctx = testing::Deadline();
  std::string admin = Text("SELECT id FROM user WHERE name = 'admin'");
  std::string project = Text("SELECT id FROM project WHERE name = 'admin'");

  ScopeRequest OnProject(const std::string& id) {
    return {ScopeRequest::Kind::kProject, {id, "", {}}, {}};
  }
  Bearer Load(const ScopeRequest& scope, const std::string& audit_id = "",
              const std::string& chain_id = "") {
    auto bearer = directory->Load(ctx, {admin, scope, audit_id, chain_id});
    INFO(bearer.status().ToString());
    REQUIRE(bearer.ok());
    REQUIRE(bearer->has_value());
    return **std::move(bearer);
  }
  Account Find(const OwnedRef& ref) {
    auto account = directory->FindAccount(ctx, ref);
    INFO(account.status().ToString());
    REQUIRE(account.ok());
    return account->value_or(Account{});
  }
};

TEST_CASE_METHOD(Fixture,
                 "an account is found by id, by name and domain id, by name and domain name",
                 "[store][identity][auth]") {
  CHECK(Find({admin, "", {}}).user_id == admin);
  CHECK(Find({"", "admin", {"default", ""}}).user_id == admin);
  const Account account = Find({"", "admin", {"", "Default"}});
  CHECK(account.user_id == admin);
  CHECK(account.enabled);
  CHECK(account.hash.starts_with("$2b$04$"));
  CHECK(Find({"", "admin", {"elsewhere", ""}}).user_id.empty());
  CHECK(Find({"nobody", "", {}}).user_id.empty());
}

TEST_CASE_METHOD(Fixture, "a bearer has the roles of its scope with implied ones",
                 "[store][identity][auth]") {
  const Bearer on_project = Load(OnProject(project));
  CHECK(on_project.scope_name == "admin");
  CHECK(on_project.scope_domain.name == "Default");
  CHECK(on_project.user_domain.id == "default");
  REQUIRE(on_project.roles.size() == 3);
  CHECK(on_project.auth_seq > 0);
  CHECK(CheckBearer(on_project).ok());
  const Bearer by_names = Load({ScopeRequest::Kind::kProject, {"", "admin", {"", "Default"}}, {}});
  CHECK(by_names.scope.id == project);
  CHECK(Load({ScopeRequest::Kind::kProject, {"", "admin", {"default", ""}}, {}}).scope.id ==
        project);
  CHECK(Load({ScopeRequest::Kind::kSystem, {}, {}}).roles.size() == 3);
  CHECK(Load({ScopeRequest::Kind::kUnscoped, {}, {}}).roles.empty());
  const Bearer on_domain = Load({ScopeRequest::Kind::kDomain, {}, {"", "Default"}});
  CHECK(on_domain.scope == tokens::Scope{Kind::kDomain, "default"});
  CHECK(on_domain.roles.empty());
  CHECK_FALSE(Load(OnProject("nowhere")).scope_found);
  CHECK_FALSE(Load(OnProject("default")).scope_found);  // a domain is no project
  CHECK_FALSE(directory->Load(ctx, {"nobody", {}, "", ""})->has_value());
}

TEST_CASE_METHOD(
    Fixture,
    "a revocation is seen by audit id, by chain only if it is of the chain, and is recorded",
    "[store][identity][revocation]") {
  const int64_t seq = Load({}).auth_seq;
  REQUIRE(directory->RevokeToken(ctx, "audit", false, absl::Now() + absl::Hours(1)).ok());
  REQUIRE(directory->RevokeToken(ctx, "audit", false, absl::Now() + absl::Hours(1)).ok());
  CHECK(Load({}, "audit", "other").revoked);
  CHECK_FALSE(Load({}, "child", "audit").revoked);
  CHECK(Load({}).auth_seq == seq + 2);
  REQUIRE(directory->RevokeToken(ctx, "audit", true, absl::Now() + absl::Hours(1)).ok());
  CHECK(Load({}, "child", "audit").revoked);
}

TEST_CASE_METHOD(Fixture, "invalidation only grows, and covers every token issued before it",
                 "[store][identity][revocation]") {
  const auto invalidate = [&] {
    REQUIRE(database
                ->RunTransaction(ctx, RealIds().TimeOrderedUuid(),
                                 [&](db::Transaction& tx) { return InvalidateTokensOf(tx, admin); })
                .ok());
    return Load({}).invalid_before.value();
  };
  CHECK_FALSE(Load({}).invalid_before.has_value());
  const absl::Time first = invalidate();
  CHECK(first >= absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now())));
  const absl::Time second = invalidate();
  // A token made between the two was issued one second after the first.
  CHECK(second >= first + absl::Seconds(1));
  CHECK(Find({admin, "", {}}).invalid_before == second);
}

TEST_CASE_METHOD(Fixture,
                 "a scope's last disabling is the latest of its own, its domain's and the user's",
                 "[store][identity][revocation]") {
  CHECK_FALSE(Load(OnProject(project)).scope_invalid_before.has_value());
  Change("UPDATE project SET invalid_before = 100 WHERE id = '" + project + "'");
  CHECK(Load(OnProject(project)).scope_invalid_before == absl::FromUnixSeconds(100));
  CHECK_FALSE(Load({}).scope_invalid_before.has_value());
  Change("UPDATE project SET invalid_before = 200 WHERE id = 'default'");
  CHECK(Load(OnProject(project)).scope_invalid_before == absl::FromUnixSeconds(200));
  CHECK(Load({}).scope_invalid_before == absl::FromUnixSeconds(200));
  CHECK_FALSE(Load({}).invalid_before.has_value());
}

TEST_CASE_METHOD(Fixture, "two failures lock, and nothing but time unlocks",
                 "[store][identity][lockout]") {
  CheckLockout(*directory, admin, ctx, [&] {
    Change("UPDATE password SET last_failed_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR");
  });
}

TEST_CASE_METHOD(Fixture, "options of the user exempt from the lock and from expiry",
                 "[store][identity][lockout]") {
  for (int i = 0; i < 2; ++i) REQUIRE(directory->RecordFailure(ctx, admin).ok());
  Change("UPDATE password SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR");
  CHECK(Find({admin, "", {}}).locked);
  CHECK(Find({admin, "", {}}).password_expired);
  Change(
      R"(UPDATE user SET options = '{"ignore_lockout_failure_attempts": true, "ignore_password_expiry": true}')");
  CHECK_FALSE(Find({admin, "", {}}).locked);
  CHECK_FALSE(Find({admin, "", {}}).lockable);
  CHECK_FALSE(Find({admin, "", {}}).password_expired);
  CHECK(Load({}).user_options.ignore_password_expiry());
}

TEST_CASE_METHOD(Fixture, "a hash is replaced only if it is the one that was read",
                 "[store][identity][password]") {
  const std::string stored = Find({admin, "", {}}).hash;
  REQUIRE(directory->ReplaceHash(ctx, admin, "another", "new").ok());
  CHECK(Find({admin, "", {}}).hash == stored);
  REQUIRE(directory->ReplaceHash(ctx, admin, stored, "new").ok());
  CHECK(Find({admin, "", {}}).hash == "new");
}

TEST_CASE_METHOD(Fixture, "the catalog comes with the change up to which it is true",
                 "[store][identity][auth]") {
  const auto snapshot = directory->Catalog(ctx);
  REQUIRE(snapshot.ok());
  CHECK((*snapshot)->auth_seq == Load({}).auth_seq);
  REQUIRE((*snapshot)->services.size() == 2);
  for (const auto& service : (*snapshot)->services) CHECK(service.endpoints_size() == 3);
}

}  // namespace
}  // namespace tstack::identity::auth
