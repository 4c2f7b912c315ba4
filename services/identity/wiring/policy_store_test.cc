// Every route asks its rule about the right target: each handler is called as each persona, the
// question is caught before anything happens, and the answer is compared with the table.
#include <map>
#include <optional>
#include <set>

#include <catch2/catch.hpp>

#include "services/identity/auth/auth_fixture.h"
#include "services/identity/auth/token_handlers.h"
#include "services/identity/policy/expectations.h"
#include "services/identity/wiring/policy_cases_fixture.h"
#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {
namespace {

// Notes what is asked, answers as the real engine would, and stops the handler in any case.
class CatchingEngine final : public policy::Engine {
 public:
  Status Enforce(const CallContext& ctx, const policy::Target& target) const override {
    return EnforceRule(ctx, ctx.policy, target);
  }
  Status EnforceRule(const CallContext& ctx, std::string_view rule,
                     const policy::Target& target) const override {
    asked = std::string(rule);
    answer = real->EnforceRule(ctx, rule, target);
    return Error(StatusCode::kPermissionDenied, "CAUGHT", "caught by the test");
  }
  bool Allows(const CallContext&, std::string_view, const policy::Target&) const override {
    return false;
  }

  const policy::Engine* real = nullptr;
  mutable std::string asked;
  mutable Status answer;
};

void Fill(ResourceFixture& f) {
  f.Sql(
      "INSERT INTO project (id, is_domain, depth, scope, name, enabled, created_at) VALUES "
      "('d1', 1, 0, '', 'one', 1, UTC_TIMESTAMP(6)), ('d2', 1, 0, '', 'two', 1, UTC_TIMESTAMP(6))");
  f.Sql(
      "INSERT INTO project (id, is_domain, domain_id, parent_id, depth, scope, name, enabled, "
      "created_at) VALUES ('p1', 0, 'd1', 'd1', 1, 'd1', 'p', 1, UTC_TIMESTAMP(6)), "
      "('p2', 0, 'd2', 'd2', 1, 'd2', 'p', 1, UTC_TIMESTAMP(6))");
  f.Sql(
      "INSERT INTO user (id, domain_id, name, enabled, created_at) VALUES "
      "('u1', 'd1', 'u', 1, UTC_TIMESTAMP(6)), ('u2', 'd2', 'u', 1, UTC_TIMESTAMP(6))");
  f.Sql(
      "INSERT INTO role (id, domain_id, scope, name, created_at) VALUES "
      "('r1', NULL, '', 'member', UTC_TIMESTAMP(6)), ('ra', NULL, '', 'admin', UTC_TIMESTAMP(6)), "
      "('rm', NULL, '', 'manager', UTC_TIMESTAMP(6)), ('rr', NULL, '', 'reader', "
      "UTC_TIMESTAMP(6)), "
      "('rd', 'd1', 'd1', 'local', UTC_TIMESTAMP(6)), ('rf', 'd2', 'd2', 'local', "
      "UTC_TIMESTAMP(6))");
}

void Run(const Case& test, const Persona& persona, ResourceFixture& f) {
  const rpc::Handlers::Entry& entry = f.Entry(test.method);
  std::unique_ptr<google::protobuf::Message> request(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(entry.method->input_type())
          ->New());
  const std::string path = PathOf(entry.method->options().GetExtension(api::route, test.route));
  for (const auto& [name, value] : PathValues()) {
    if (path.find("{" + name + "}") != std::string::npos) Set(name, value, request.get());
  }
  for (const auto& [name, value] : test.fields) Set(name, value, request.get());
  const CallContext ctx = f.Context(entry, persona.auth, test.route);
  const Status status =
      entry.unary != nullptr
          ? entry.unary(ctx, *request).status()
          : entry.stream(ctx, *request, [](const auto&) { return absl::OkStatus(); });
  INFO(status);
  CHECK(ReasonOf(status) == "CAUGHT");
}

TEST_CASE(
    "every route asks its rule about the object that it acts on, and answers as the table says",
    "[store][identity][policy]") {
  CatchingEngine caught;
  ResourceFixture f("identity_policy", &caught);
  caught.real = &f.engine();
  Fill(f);
  auth::AuthFixture login;
  login.directory.users["u1"] = {.name = "u", .hash = "plain:pw"};
  auth::TokenHandlers tokens(login.issuer, login.validator, login.directory, caught,
                             absl::ZeroDuration());
  const auto changes = auth::MakeSqlChangeReader(f.database());
  auth::ChangeFeed feed(*changes, login.clock, {});
  RegisterTokenHandlers(tokens, feed, f.handlers());
  std::map<std::string, std::set<std::string>> expectations;
  for (const Expectation& line : ReadExpectations()) expectations[line.key] = line.let_in;
  const std::vector<Case> cases =
      AllCases(f.handlers(), login.Issue(auth::AuthFixture::Password("u1", "pw")).text.Reveal());
  std::set<std::string> tested;
  for (const Case& test : cases) {
    const auto& options = f.Entry(test.method).method->options();
    const std::string rule = options.GetExtension(api::route, test.route).policy();
    const std::string key = test.key.empty() ? rule : test.key;
    INFO(key);
    REQUIRE(expectations.contains(key));
    tested.insert(key);
    for (const Persona& persona : Personas()) {
      INFO(test.method << " route " << test.route << " as " << persona.name << ", " << key);
      caught.asked.clear();
      Run(test, persona, f);
      CHECK(caught.asked == key.substr(0, key.find('[')));
      CHECK(caught.answer.ok() == expectations.at(key).contains(persona.name));
      CHECK(absl::IsUnauthenticated(caught.answer) == (persona.name == "unauthenticated"));
    }
  }
  // No rule of the table is without a route. Its other variants are about the rules alone.
  for (const auto& [key, let_in] : expectations) {
    INFO(key);
    CHECK((key.find('[') != std::string::npos || tested.contains(key)));
  }
}

TEST_CASE("unknown ids are refused like any other object, and only then reported missing",
          "[store][identity][policy]") {
  ResourceFixture f("identity_policy_missing");
  v1::ShowProjectRequest request;
  request.set_project_id("no such \xC3\xA4 project");
  CHECK(absl::IsNotFound(f.Call<v1::Project>("Projects/ShowProject", request).status()));
  f.admin.clear_roles();
  CHECK(absl::IsPermissionDenied(f.Call<v1::Project>("Projects/ShowProject", request).status()));
  f.admin.Clear();
  CHECK(absl::IsUnauthenticated(f.Call<v1::Project>("Projects/ShowProject", request).status()));
}

}  // namespace
}  // namespace tstack::identity
