// Domains and projects on a real database, called as the server calls them.
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include <catch2/catch.hpp>

#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {
namespace {

v1::CreateProjectRequest New(const std::string& name, const std::string& parent = "") {
  v1::CreateProjectRequest request;
  request.set_name(name);
  if (!parent.empty()) request.set_parent_id(parent);
  return request;
}

v1::Project Create(ResourceFixture& f, const v1::CreateProjectRequest& request) {
  auto project = f.Call<v1::Project>("Projects/CreateProject", request);
  INFO(project.status());
  REQUIRE(project.ok());
  return *std::move(project);
}

v1::UpdateProjectRequest Change(const std::string& id, const std::vector<std::string>& mask) {
  v1::UpdateProjectRequest request;
  request.set_project_id(id);
  for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
  return request;
}

Status Disable(ResourceFixture& f, const std::string& id, bool enabled = false) {
  auto request = Change(id, {"enabled"});
  request.mutable_project()->set_enabled(enabled);
  return f.Call<v1::Project>("Projects/UpdateProject", request).status();
}

Status Delete(ResourceFixture& f, const std::string& id) {
  v1::DeleteProjectRequest request;
  request.set_project_id(id);
  return f.Call<google::protobuf::Empty>("Projects/DeleteProject", request).status();
}

TEST_CASE("a new project has the defaults of its place", "[store][identity][projects]") {
  ResourceFixture f("identity_projects_new");
  auto request = New("  p1 ");
  (*request.mutable_extra())["color"].set_string_value("red");
  (*request.mutable_extra())["id"].set_string_value("mine");
  request.add_tags("b");
  request.add_tags("a");
  const v1::Project project = Create(f, request);
  CHECK(project.id().size() == 32);
  CHECK(project.name() == "p1");
  CHECK(project.domain_id() == "default");
  CHECK(project.parent_id() == "default");
  CHECK(project.description().empty());
  CHECK(project.has_description());
  CHECK(project.enabled());
  CHECK(project.has_options());
  CHECK(project.tags_size() == 2);
  CHECK(project.tags(0) == "a");
  CHECK(project.extra().at("color").string_value() == "red");
  CHECK(project.extra().size() == 1);
}

TEST_CASE("a name is taken once per domain, whatever its case", "[store][identity][projects]") {
  ResourceFixture f("identity_projects_names");
  Create(f, New("Name"));
  const Status again = f.Call<v1::Project>("Projects/CreateProject", New("nAME")).status();
  CHECK(absl::IsAlreadyExists(again));
  CHECK(ReasonOf(again) == "PROJECT_EXISTS");
  v1::CreateDomainRequest domain;
  domain.set_name("name");
  const auto other = f.Call<v1::Domain>("Domains/CreateDomain", domain);
  REQUIRE(other.ok());
  auto elsewhere = New("name");
  elsewhere.set_domain_id(other->id());
  CHECK(Create(f, elsewhere).domain_id() == other->id());
}

TEST_CASE("of two creates of one name at once exactly one wins", "[store][identity][projects]") {
  ResourceFixture f("identity_projects_race");
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    const auto create = [&] {
      const Status status =
          f.Call<v1::Project>("Projects/CreateProject", New(absl::StrCat("race", round))).status();
      if (status.ok()) ++made;
      if (absl::IsAlreadyExists(status)) ++refused;
    };
    {
      std::jthread one(create);
      std::jthread two(create);
    }
    CHECK(made == 1);
    CHECK(refused == 1);
  }
}

TEST_CASE("a project needs a place that exists, is enabled and not too deep",
          "[store][identity][projects]") {
  ResourceFixture f("identity_projects_place");
  const auto status = [&](const v1::CreateProjectRequest& request) {
    return f.Call<v1::Project>("Projects/CreateProject", request).status();
  };
  CHECK(absl::IsInvalidArgument(status(New("x", "missing"))));
  auto nowhere = New("x");
  nowhere.set_domain_id("missing");
  CHECK(absl::IsInvalidArgument(status(nowhere)));
  CHECK(absl::IsInvalidArgument(status(New("   "))));

  std::string parent = "default";
  for (int depth = 1; depth <= 5; ++depth) {
    parent = Create(f, New(absl::StrCat("level", depth), parent)).id();
  }
  CHECK(absl::IsPermissionDenied(status(New("level6", parent))));
  REQUIRE(Disable(f, parent).ok());
  CHECK(absl::IsInvalidArgument(status(New("below", parent))));
}

TEST_CASE("a branch is disabled from below and enabled from above", "[store][identity][projects]") {
  ResourceFixture f("identity_projects_branch");
  const std::string top = Create(f, New("top")).id();
  const std::string child = Create(f, New("child", top)).id();
  CHECK(ReasonOf(Delete(f, top)) == "PROJECT_NOT_LEAF");
  CHECK(ReasonOf(Disable(f, top)) == "CHILDREN_ENABLED");
  REQUIRE(Disable(f, child).ok());
  REQUIRE(Disable(f, top).ok());
  CHECK(ReasonOf(Disable(f, child, true)) == "PARENT_DISABLED");
  CHECK(f.Count("auth_change WHERE kind = 3 AND id = '" + top + "'") == 1);
  REQUIRE(Delete(f, child).ok());
  REQUIRE(Delete(f, top).ok());
  CHECK(absl::IsNotFound(Delete(f, top)));
}

TEST_CASE("a change touches what its mask names and nothing else", "[store][identity][projects]") {
  ResourceFixture f("identity_projects_mask");
  auto request = New("p");
  request.set_description("first");
  (*request.mutable_extra())["a"].set_number_value(1);
  const v1::Project project = Create(f, request);

  auto change = Change(project.id(), {"description", "extra"});
  (*change.mutable_project()->mutable_extra())["b"].set_bool_value(true);
  auto changed = f.Call<v1::Project>("Projects/UpdateProject", change);
  REQUIRE(changed.ok());
  CHECK_FALSE(changed->has_description());  // named without a value: null
  CHECK(changed->extra().size() == 2);
  CHECK(changed->name() == "p");
  CHECK(changed->enabled());

  change = Change(project.id(), {"parent_id"});
  change.mutable_project()->set_parent_id("elsewhere");
  CHECK(absl::IsPermissionDenied(f.Call<v1::Project>("Projects/UpdateProject", change).status()));
  change = Change(project.id(), {"domain_id"});
  change.mutable_project()->set_domain_id("elsewhere");
  CHECK(absl::IsInvalidArgument(f.Call<v1::Project>("Projects/UpdateProject", change).status()));
}

TEST_CASE("an immutable project changes only after it was unlocked",
          "[store][identity][projects]") {
  ResourceFixture f("identity_projects_immutable");
  auto request = New("p");
  request.mutable_options()->set_immutable(true);
  const std::string id = Create(f, request).id();
  CHECK(ReasonOf(Disable(f, id)) == "RESOURCE_IMMUTABLE");
  CHECK(ReasonOf(Delete(f, id)) == "RESOURCE_IMMUTABLE");
  auto unlock = Change(id, {"options.immutable"});
  unlock.mutable_project()->mutable_options()->set_immutable(false);
  REQUIRE(f.Call<v1::Project>("Projects/UpdateProject", unlock).ok());
  CHECK(Delete(f, id).ok());
}

TEST_CASE("a repeated create with one idempotency key makes one project",
          "[store][identity][projects]") {
  ResourceFixture f("identity_projects_idempotent");
  f.idempotency_key = "key-1";
  const std::string id = Create(f, New("once")).id();
  CHECK(Create(f, New("once")).id() == id);
  const Status other = f.Call<v1::Project>("Projects/CreateProject", New("other")).status();
  CHECK(ReasonOf(other) == "IDEMPOTENCY_MISMATCH");
}

TEST_CASE("a long list comes whole and in order, and in pages if asked",
          "[store][identity][projects]") {
  ResourceFixture f("identity_projects_list");
  f.Sql(
      "INSERT INTO project (id, is_domain, domain_id, parent_id, depth, scope, name, enabled, "
      "created_at) SELECT LPAD(seq, 32, '0'), 0, 'default', 'default', 1, 'default', "
      "CONCAT('p', seq), 1, UTC_TIMESTAMP(6) FROM seq_1_to_1201");
  const auto all = f.List<v1::Project>("Projects/ListProjects", v1::ListProjectsRequest());
  REQUIRE(all.ok());
  REQUIRE(all->size() == 1201);
  CHECK(std::is_sorted(all->begin(), all->end(),
                       [](const auto& a, const auto& b) { return a.id() < b.id(); }));
  v1::ListProjectsRequest page;
  page.set_limit(3);
  page.set_marker(all->at(9).id());
  const auto four = f.List<v1::Project>("Projects/ListProjects", page);
  REQUIRE(four.ok());
  REQUIRE(four->size() == 4);  // one more shows that there are more
  CHECK(four->front().id() == all->at(10).id());

  v1::ListProjectsRequest filtered;
  filtered.mutable_name()->add_values("P12");
  CHECK(f.List<v1::Project>("Projects/ListProjects", filtered)->size() == 1);
  filtered.mutable_name()->set_op(api::Filter::STARTSWITH);
  CHECK(f.List<v1::Project>("Projects/ListProjects", filtered)->size() == 13);
  filtered.mutable_name()->set_values(0, "%");
  CHECK(f.List<v1::Project>("Projects/ListProjects", filtered)->empty());
}

TEST_CASE("tags filter lists in four ways", "[store][identity][projects]") {
  ResourceFixture f("identity_projects_tags");
  for (const auto& [name, tags] : std::map<std::string, std::vector<std::string>>{
           {"both", {"red", "blue"}}, {"one", {"red"}}, {"none", {}}}) {
    auto request = New(name);
    for (const std::string& tag : tags) request.add_tags(tag);
    Create(f, request);
  }
  const auto count = [&](const v1::ListProjectsRequest& request) {
    return f.List<v1::Project>("Projects/ListProjects", request)->size();
  };
  v1::ListProjectsRequest all;
  all.set_tags("red,blue");
  CHECK(count(all) == 1);
  v1::ListProjectsRequest any;
  any.set_tags_any("red,blue");
  CHECK(count(any) == 2);
  v1::ListProjectsRequest not_all;
  not_all.set_not_tags("red,blue");
  CHECK(count(not_all) == 2);
  v1::ListProjectsRequest not_any;
  not_any.set_not_tags_any("red,blue");
  CHECK(count(not_any) == 1);
}

TEST_CASE("a disabled domain goes with everything in it, an enabled one not at all",
          "[store][identity][domains]") {
  ResourceFixture f("identity_domains_delete");
  v1::CreateDomainRequest request;
  request.set_name("gone");
  const auto domain = f.Call<v1::Domain>("Domains/CreateDomain", request);
  REQUIRE(domain.ok());
  auto top = New("top");
  top.set_domain_id(domain->id());
  auto below = New("below", Create(f, top).id());
  below.set_domain_id(domain->id());
  const std::string project_id = Create(f, below).id();
  v1::CreateUserRequest user;
  user.set_name("u");
  user.set_domain_id(domain->id());
  user.set_password("secret");
  const auto created = f.Call<v1::User>("Users/CreateUser", user);
  REQUIRE(created.ok());
  v1::CreateRoleRequest role;
  role.set_name("local");
  role.set_domain_id(domain->id());
  const auto made = f.Call<v1::Role>("Roles/CreateRole", role);
  REQUIRE(made.ok());
  v1::GrantRequest grant;
  grant.set_project_id(project_id);
  grant.set_user_id(created->id());
  grant.set_role_id(made->id());
  REQUIRE(f.Call<google::protobuf::Empty>("Assignments/CreateGrant", grant).ok());

  v1::DeleteDomainRequest remove;
  remove.set_domain_id(domain->id());
  const auto status = [&] {
    return f.Call<google::protobuf::Empty>("Domains/DeleteDomain", remove).status();
  };
  CHECK(ReasonOf(status()) == "DOMAIN_ENABLED");
  CHECK(f.Count("user") == 1);
  v1::UpdateDomainRequest disable;
  disable.set_domain_id(domain->id());
  disable.mutable_domain()->set_enabled(false);
  disable.mutable_update_mask()->add_paths("enabled");
  REQUIRE(f.Call<v1::Domain>("Domains/UpdateDomain", disable).ok());
  CHECK(status() == absl::OkStatus());
  for (const std::string table : {"user", "password", "role", "assignment"}) {
    INFO(table);
    CHECK(f.Count(table) == 0);
  }
  CHECK(f.Count("project") == 1);  // the default domain
  CHECK(absl::IsNotFound(status()));
}

}  // namespace
}  // namespace tstack::identity
