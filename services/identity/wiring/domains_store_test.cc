// Domains on a real database, called as the server calls them.
#include <catch2/catch.hpp>

#include "services/identity/wiring/project_calls.h"

namespace tstack::identity {
namespace {

v1::Domain NewDomain(ResourceFixture& f, const std::string& name) {
  v1::CreateDomainRequest request;
  request.set_name(name);
  auto domain = f.Call<v1::Domain>("Domains/CreateDomain", request);
  INFO(domain.status());
  REQUIRE(domain.ok());
  return *std::move(domain);
}

Status DisableDomain(ResourceFixture& f, const std::string& id, bool enabled = false) {
  v1::UpdateDomainRequest request;
  request.set_domain_id(id);
  request.mutable_domain()->set_enabled(enabled);
  request.mutable_update_mask()->add_paths("enabled");
  return f.Call<v1::Domain>("Domains/UpdateDomain", request).status();
}

TEST_CASE("a disabled domain goes with everything in it, an enabled one not at all",
          "[store][identity][domains]") {
  ResourceFixture f("identity_domains_delete");
  const v1::Domain domain = NewDomain(f, "gone");
  auto top = New("top");
  top.set_domain_id(domain.id());
  auto below = New("below", Create(f, top).id());
  below.set_domain_id(domain.id());
  const std::string project_id = Create(f, below).id();
  v1::CreateUserRequest user;
  user.set_name("u");
  user.set_domain_id(domain.id());
  user.set_password("secret");
  const auto created = f.Call<v1::User>("Users/CreateUser", user);
  REQUIRE(created.ok());
  v1::CreateRoleRequest role;
  role.set_name("local");
  role.set_domain_id(domain.id());
  const auto made = f.Call<v1::Role>("Roles/CreateRole", role);
  REQUIRE(made.ok());
  v1::GrantRequest grant;
  grant.set_project_id(project_id);
  grant.set_user_id(created->id());
  grant.set_role_id(made->id());
  REQUIRE(f.Call<google::protobuf::Empty>("Assignments/CreateGrant", grant).ok());

  v1::DeleteDomainRequest remove;
  remove.set_domain_id(domain.id());
  const auto status = [&] {
    return f.Call<google::protobuf::Empty>("Domains/DeleteDomain", remove).status();
  };
  CHECK(ReasonOf(status()) == "DOMAIN_ENABLED");
  CHECK(f.Count("user") == 1);
  REQUIRE(DisableDomain(f, domain.id()).ok());
  CHECK(status() == absl::OkStatus());
  for (const std::string table : {"user", "password", "role", "assignment"}) {
    INFO(table);
    CHECK(f.Count(table) == 0);
  }
  CHECK(f.Count("project") == 1);  // the default domain
  CHECK(absl::IsNotFound(status()));
}

TEST_CASE("a domain's token finds its domain on a list's first page, wherever its id stands",
          "[store][identity][domains]") {
  ResourceFixture f("identity_domains_page");
  for (int i = 0; i < 5; ++i) NewDomain(f, "d" + std::to_string(i));
  const auto all = f.List<v1::Domain>("Domains/ListDomains", v1::ListDomainsRequest());
  REQUIRE(all->size() == 6);
  v1::ListDomainsRequest page;
  page.set_limit(1);
  CHECK(f.List<v1::Domain>("Domains/ListDomains", page)->size() == 2);  // one more shows the rest
  f.admin.clear_system();
  f.admin.set_domain_id(all->back().id());
  const auto own = f.List<v1::Domain>("Domains/ListDomains", page);
  REQUIRE(own.ok());
  REQUIRE(own->size() == 1);
  CHECK(own->front().id() == all->back().id());
}

TEST_CASE("disabling a domain or a project is remembered for its tokens, later than the last time",
          "[store][identity][domains]") {
  ResourceFixture f("identity_domains_invalidate");
  const std::string domain = NewDomain(f, "d").id();
  const std::string project = Create(f, New("p")).id();
  const auto mark = [&](const std::string& id) {
    return std::stoll(ProjectColumn(f, "COALESCE(invalid_before, 0)", id).value_or("-1"));
  };
  CHECK(mark(domain) == 0);
  CHECK(mark(project) == 0);
  REQUIRE(DisableDomain(f, domain).ok());
  REQUIRE(Disable(f, project).ok());
  const int64_t first = mark(domain);
  CHECK(first >= absl::ToUnixSeconds(absl::Now()));
  CHECK(mark(project) >= first);
  REQUIRE(DisableDomain(f, domain, true).ok());
  CHECK(mark(domain) == first);
  REQUIRE(DisableDomain(f, domain).ok());
  // A login between the two got a token one second after the first mark.
  CHECK(mark(domain) >= first + 1);
}

}  // namespace
}  // namespace tstack::identity
