// Projects on a real database, called as the server calls them.
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include <catch2/catch.hpp>

#include "services/identity/wiring/project_calls.h"

namespace tstack::identity {
namespace {

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

}  // namespace
}  // namespace tstack::identity
