// Lists of projects, and their tags, on a real database.
#include <map>

#include "absl/strings/str_cat.h"
#include <catch2/catch.hpp>

#include "services/identity/wiring/project_calls.h"

namespace tstack::identity {
namespace {

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

v1::AddProjectTagRequest Tag(const std::string& id, const std::string& tag) {
  v1::AddProjectTagRequest request;
  request.set_project_id(id);
  request.set_tag(tag);
  return request;
}

Status AddTag(ResourceFixture& f, const std::string& id, const std::string& tag) {
  return f.Call<google::protobuf::Empty>("Projects/AddProjectTag", Tag(id, tag)).status();
}

TEST_CASE("a project has at most 80 tags, each once, and each change of them counts as one of it",
          "[store][identity][projects]") {
  ResourceFixture f("identity_projects_tag_limit");
  const std::string id = Create(f, New("p")).id();
  for (int i = 0; i < 80; ++i) REQUIRE(AddTag(f, id, absl::StrCat("tag", i)).ok());
  CHECK(AddTag(f, id, "tag7").ok());
  CHECK(absl::IsInvalidArgument(AddTag(f, id, "one more")));
  CHECK(f.Count("project_tag") == 80);
  CHECK(ProjectColumn(f, "generation", id) == "81");
  CHECK(absl::IsNotFound(AddTag(f, "missing", "tag")));
}

}  // namespace
}  // namespace tstack::identity
