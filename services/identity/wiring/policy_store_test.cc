// Every route asks its rule about the right target: each handler is called as each persona, the
// question is caught before anything happens, and the answer is compared with the table.
#include <map>
#include <optional>
#include <set>

#include <catch2/catch.hpp>

#include "services/identity/policy/expectations.h"
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

// One call: an rpc by one of its routes, with extra fields set.
struct Case {
  std::string method;
  int route = 0;
  std::map<std::string, std::string> fields;  // beside those in the path
  std::string key;                            // of the table; "" = the route's rule
};

const std::map<std::string, std::string>& PathValues() {
  static const auto* const kValues = new std::map<std::string, std::string>{
      {"domain_id", "d1"},     {"project_id", "p1"},      {"user_id", "u1"},
      {"role_id", "r1"},       {"prior_role_id", "r1"},   {"implied_role_id", "ra"},
      {"region_id", "region"}, {"service_id", "service"}, {"endpoint_id", "endpoint"},
      {"tag", "red"}};
  return *kValues;
}

std::string PathOf(const api::Route& route) {
  for (const std::string& path :
       {route.get(), route.post(), route.put(), route.patch(), route.delete_(), route.head()}) {
    if (!path.empty()) return path;
  }
  return "";
}

void Set(const std::string& name, const std::string& value, google::protobuf::Message* request) {
  const auto* field = request->GetDescriptor()->FindFieldByName(name);
  REQUIRE(field != nullptr);
  if (field->type() == google::protobuf::FieldDescriptor::TYPE_BOOL) {
    request->GetReflection()->SetBool(request, field, value == "true");
  } else {
    request->GetReflection()->SetString(request, field, value);
  }
}

std::vector<Case> AllCases(const rpc::Handlers& handlers) {
  std::vector<Case> cases;
  for (const auto& [path, entry] : handlers.entries()) {
    const auto& options = entry.method->options();
    const std::string method = path.substr(std::string("/tstack.identity.v1.").size());
    for (int route = 0; route < options.ExtensionSize(api::route); ++route) {
      if (options.GetExtension(api::route, route).policy().empty()) continue;
      Case next = {method, route, {}, ""};
      if (method == "Projects/CreateProject" || method == "Users/CreateUser") {
        next.fields["domain_id"] = "d1";
      }
      cases.push_back(next);
    }
  }
  cases.push_back({"Roles/ListRoles", 0, {{"domain_id", "d1"}}, "identity:list_domain_roles"});
  cases.push_back({"Roles/CreateRole", 0, {{"domain_id", "d1"}}, "identity:create_domain_role"});
  cases.push_back({"Roles/ShowRole", 0, {{"role_id", "rd"}}, "identity:get_domain_role"});
  cases.push_back({"Roles/UpdateRole", 0, {{"role_id", "rd"}}, "identity:update_domain_role"});
  cases.push_back({"Roles/DeleteRole", 0, {{"role_id", "rd"}}, "identity:delete_domain_role"});
  cases.push_back({"Assignments/ListRoleAssignments",
                   0,
                   {{"include_subtree", "true"}, {"project_id", "p1"}},
                   "identity:list_role_assignments_for_tree"});
  cases.push_back({"Roles/ShowRole", 0, {{"role_id", "ra"}}, "identity:get_role[admin-role]"});
  for (int route : {0, 1}) {
    for (const auto& [method, rule] :
         std::map<std::string, std::string>{{"Assignments/CheckGrant", "identity:check_grant"},
                                            {"Assignments/CreateGrant", "identity:create_grant"},
                                            {"Assignments/RevokeGrant", "identity:revoke_grant"}}) {
      cases.push_back({method, route, {{"role_id", "ra"}}, rule + "[admin-role]"});
      cases.push_back({method, route, {{"role_id", "rf"}}, rule + "[foreign-role]"});
    }
  }
  return cases;
}

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
      "('u1', 'd1', 'u', 1, UTC_TIMESTAMP(6))");
  f.Sql(
      "INSERT INTO role (id, domain_id, scope, name, created_at) VALUES "
      "('r1', NULL, '', 'member', UTC_TIMESTAMP(6)), ('ra', NULL, '', 'admin', UTC_TIMESTAMP(6)), "
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
  const Expectations expectations =
      ReadExpectations(TSTACK_SOURCE_DIR "/services/identity/policy/testdata/expectations.tsv");
  const std::vector<Case> cases = AllCases(f.handlers());
  REQUIRE(cases.size() > 70);
  for (const Case& test : cases) {
    const auto& options = f.Entry(test.method).method->options();
    const std::string rule = options.GetExtension(api::route, test.route).policy();
    const std::string key = test.key.empty() ? rule : test.key;
    REQUIRE(expectations.contains(key));
    for (const Persona& persona : Personas()) {
      INFO(test.method << " route " << test.route << " as " << persona.name << ", " << key);
      caught.asked.clear();
      Run(test, persona, f);
      CHECK(caught.asked == key.substr(0, key.find('[')));
      CHECK(caught.answer.ok() == expectations.at(key).contains(persona.name));
      CHECK(absl::IsUnauthenticated(caught.answer) == (persona.name == "unauthenticated"));
    }
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
