// One identity service without database, network and real hashing. For tests.
#pragma once

#include <catch2/catch.hpp>

#include "common/ids/fake_ids.h"
#include "common/time/fake_clock.h"
#include "services/identity/auth/fake_directory.h"
#include "services/identity/auth/issuer.h"
#include "services/identity/auth/validator.h"
#include "services/identity/passwords/fake_hasher.h"
#include "services/identity/tokens/fake_key_store.h"

namespace tstack::identity::auth {

// alice has the password "pw", member and reader on project p1, admin on the system, and reader on
// her domain.
struct AuthFixture {
  FakeClock clock;
  FakeIds ids;
  CallContext ctx;
  LockoutRules lockout{3, absl::Minutes(30)};
  FakeDirectory directory{clock, lockout};
  passwords::FakeHasher hasher;
  tokens::FakeKeyStore keys{clock};
  tokens::KeyRing ring{keys, clock, {}};
  tokens::TokenCodec codec{ring, tokens::MethodBits::Default(), ids};
  TokenValidator validator{codec, directory, clock};
  PasswordProver prover{directory, hasher, lockout};
  TokenIssuer issuer{directory, prover, codec, validator, clock, absl::Hours(1)};

  AuthFixture() {
    REQUIRE(keys.EnsureKeys(ctx).ok());
    directory.users["alice"] = {.name = "Alice", .hash = "plain:pw"};
    directory.projects["p1"] = {.name = "one"};
    directory.projects["p2"] = {.name = "two"};
    directory.grants[{"alice", "p1"}] = {"member", "reader"};
    directory.grants[{"alice", "default"}] = {"reader"};
    directory.grants[{"alice", "all"}] = {"admin"};
  }

  static ScopeRequest Unscoped() { return {ScopeRequest::Kind::kUnscoped, {}, {}}; }
  static ScopeRequest System() { return {ScopeRequest::Kind::kSystem, {}, {}}; }
  static ScopeRequest Project(const std::string& id) {
    return {ScopeRequest::Kind::kProject, {id, "", {}}, {}};
  }
  static ScopeRequest Domain(const std::string& id) {
    return {ScopeRequest::Kind::kDomain, {}, {id, ""}};
  }

  static LoginRequest Password(const std::string& user_id, const std::string& password,
                               ScopeRequest scope = Unscoped()) {
    LoginRequest login;
    login.by_password = true;
    login.user.id = user_id;
    login.password = log::Secret<std::string>(password);
    login.scope = std::move(scope);
    return login;
  }
  static LoginRequest ByToken(const std::string& token, ScopeRequest scope = Unscoped()) {
    LoginRequest login;
    login.by_token = true;
    login.token = log::Secret<std::string>(token);
    login.scope = std::move(scope);
    return login;
  }

  IssuedToken Issue(const LoginRequest& login) {
    auto issued = issuer.Issue(ctx, login);
    INFO(issued.status().ToString());
    REQUIRE(issued.ok());
    return *std::move(issued);
  }
  std::string RefusalOf(const LoginRequest& login) {
    return ReasonOf(issuer.Issue(ctx, login).status());
  }
  std::string Verdict(const std::string& token, absl::Duration grace = absl::ZeroDuration()) {
    return ReasonOf(validator.Validate(ctx, token, grace).status());
  }
};

}  // namespace tstack::identity::auth
