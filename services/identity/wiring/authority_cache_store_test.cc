// Two identity processes on one database: what one ends, the other does not let in for whoever has
// heard of it, and every kind of write that ends or changes a token is told.
#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"
#include "services/identity/auth/cached_directory.h"
#include "services/identity/auth/validity.h"
#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {
namespace {

using google::protobuf::Empty;

constexpr char kAudit[] = "audit-id";

// What a process knows: its cache, and the feed that looks when it is told to.
struct Process {
  explicit Process(db::Database& database)
      : source(auth::MakeSqlDirectory(database, RealIds(), {5, absl::Minutes(30)})),
        directory(*source, clock, {}),
        reader(auth::MakeSqlChangeReader(database)),
        feed(*reader, clock, {}) {
    feed.SetListener([this](const auth::Look& look) { directory.Apply(look); });
    Look();
    Look();
  }
  void Look() { REQUIRE(feed.Poll(testing::Deadline()).ok()); }

  FakeClock clock;
  std::unique_ptr<auth::Directory> source;
  auth::CachedDirectory directory;
  std::unique_ptr<auth::ChangeReader> reader;
  auth::ChangeFeed feed;
};

struct Cloud : ResourceFixture {
  Cloud() : ResourceFixture("identity_authority_cache") {
    v1::CreateDomainRequest domain_request;
    domain_request.set_name("acme");
    domain = Made(Call<v1::Domain>("Domains/CreateDomain", domain_request)).id();
    v1::CreateUserRequest user_request;
    user_request.set_name("alice");
    user_request.set_password("pw");
    user = Made(Call<v1::User>("Users/CreateUser", user_request)).id();
    v1::CreateProjectRequest project_request;
    project_request.set_name("one");
    project_request.set_domain_id(domain);
    project = Made(Call<v1::Project>("Projects/CreateProject", project_request)).id();
    role = NewRole("operator");
    implied = NewRole("viewer");
    implication.set_prior_role_id(role);
    implication.set_implied_role_id(implied);
    Made(Call<v1::ImpliedRole>("Roles/CreateImpliedRole", implication));
    grant.set_project_id(project);
    grant.set_user_id(user);
    grant.set_role_id(role);
    Made(Call<Empty>("Assignments/CreateGrant", grant));
  }

  template <typename Response>
  static Response Made(StatusOr<Response> response) {
    INFO(response.status());
    REQUIRE(response.ok());
    return *std::move(response);
  }
  std::string NewRole(const std::string& name) {
    v1::CreateRoleRequest request;
    request.set_name(name);
    return Made(Call<v1::Role>("Roles/CreateRole", request)).id();
  }

  // As the first process serves it: its answer tells what changed.
  template <typename Request>
  void Write(const std::string& method, const Request& request) {
    const rpc::Handlers::Entry& entry = Entry(method);
    CallContext ctx = Context(entry, admin);
    CallState state;
    ctx.state = &state;
    const auto response = entry.unary(ctx, request);
    INFO(method << ": " << response.status());
    REQUIRE(response.ok());
    told = state.response.auth_changes();
  }
  void Revoke() {
    CallContext ctx = testing::Deadline();
    CallState state;
    ctx.state = &state;
    REQUIRE(a.directory.RevokeToken(ctx, kAudit, false, absl::Now() + absl::Hours(1)).ok());
    told = state.response.auth_changes();
  }

  // What the token is good for at a process, for somebody who has heard of `seq`.
  std::string Shows(Process& process, int64_t seq = 0) {
    CallContext ctx = testing::Deadline();
    ctx.request.min_auth_seq = seq;
    const auth::ScopeRequest scope{auth::ScopeRequest::Kind::kProject, {project, "", {}}, {}};
    const auto bearer = process.directory.Load(ctx, {user, scope, kAudit, kAudit, false});
    INFO(bearer.status());
    REQUIRE(bearer.ok());
    if (!*bearer || !auth::CheckBearer(**bearer).ok() || (*bearer)->revoked) return "nothing";
    std::string shown = (*bearer)->user_name + " on " + (*bearer)->scope_name + ":";
    for (const v1::TokenRole& one : (*bearer)->roles) shown += " " + one.name();
    if ((*bearer)->invalid_before) shown += ", invalidated";
    if ((*bearer)->user_options.multi_factor_auth_enabled()) shown += ", by two proofs";
    return shown;
  }

  Process a{database()};
  Process b{database()};
  std::string domain, user, project, role, implied;
  v1::GrantRequest grant;
  v1::ImpliedRoleRequest implication;
  common::v1::AuthChanges told;
};

template <typename Request>
Request Masked(Request request, const std::string& path) {
  request.mutable_update_mask()->add_paths(path);
  return request;
}

TEST_CASE_METHOD(Cloud, "what one process ends, the other does not let in once that is known",
                 "[store][identity][cache]") {
  const std::string before = "alice on one: operator viewer";
  for (Process* process : {&a, &b}) {
    process->Look();
    REQUIRE(Shows(*process) == before);
  }
  v1::UpdateUserRequest change_user;
  change_user.set_user_id(user);
  v1::UpdateProjectRequest change_project;
  change_project.set_project_id(project);
  v1::UpdateDomainRequest change_domain;
  change_domain.set_domain_id(domain);
  v1::UpdateRoleRequest change_role;
  change_role.set_role_id(role);

  SECTION("token revoked") { Revoke(); }
  SECTION("user disabled") {
    change_user.mutable_user()->set_enabled(false);
    Write("Users/UpdateUser", Masked(change_user, "enabled"));
  }
  SECTION("user renamed") {
    change_user.mutable_user()->set_name("anna");
    Write("Users/UpdateUser", Masked(change_user, "name"));
  }
  SECTION("option of the user set") {
    change_user.mutable_user()->mutable_options()->set_multi_factor_auth_enabled(true);
    Write("Users/UpdateUser", Masked(change_user, "options.multi_factor_auth_enabled"));
  }
  SECTION("password set") {
    change_user.mutable_user()->set_password("other");
    Write("Users/UpdateUser", Masked(change_user, "password"));
  }
  SECTION("password changed") {
    v1::ChangePasswordRequest request;
    request.set_user_id(user);
    request.mutable_user()->set_original_password("pw");
    request.mutable_user()->set_password("other");
    Write("Users/ChangePassword", request);
  }
  SECTION("user deleted") {
    v1::DeleteUserRequest request;
    request.set_user_id(user);
    Write("Users/DeleteUser", request);
  }
  SECTION("project disabled") {
    change_project.mutable_project()->set_enabled(false);
    Write("Projects/UpdateProject", Masked(change_project, "enabled"));
  }
  SECTION("project renamed") {
    change_project.mutable_project()->set_name("two");
    Write("Projects/UpdateProject", Masked(change_project, "name"));
  }
  SECTION("project deleted") {
    v1::DeleteProjectRequest request;
    request.set_project_id(project);
    Write("Projects/DeleteProject", request);
  }
  SECTION("domain disabled") {
    change_domain.mutable_domain()->set_enabled(false);
    Write("Domains/UpdateDomain", Masked(change_domain, "enabled"));
  }
  SECTION("role taken") { Write("Assignments/RevokeGrant", grant); }
  SECTION("role given") {
    grant.set_role_id(NewRole("auditor"));
    Write("Assignments/CreateGrant", grant);
  }
  SECTION("role renamed") {
    change_role.mutable_role()->set_name("owner");
    Write("Roles/UpdateRole", Masked(change_role, "name"));
  }
  SECTION("role deleted") {
    v1::DeleteRoleRequest request;
    request.set_role_id(implied);
    Write("Roles/DeleteRole", request);
  }
  SECTION("implication taken away") { Write("Roles/DeleteImpliedRole", implication); }

  REQUIRE(told.seq() > 0);
  CHECK(Shows(b) == before);  // nobody who asks has heard of it, and it is not a second old
  CHECK(Shows(b, told.seq()) != before);  // through the gateway that has
  a.directory.ApplyOwn(told);
  CHECK(Shows(a) != before);  // here through any gateway
  const std::string after = Shows(a, told.seq());
  b.Look();
  CHECK(Shows(b) == after);  // by now, through any gateway anywhere
}

TEST_CASE_METHOD(Cloud, "a change of the catalog is seen as a change of a token is",
                 "[store][identity][cache]") {
  const auto size = [](Process& process, int64_t seq) {
    CallContext ctx = testing::Deadline();
    ctx.request.min_auth_seq = seq;
    const auto catalog = process.directory.Catalog(ctx);
    REQUIRE(catalog.ok());
    return (*catalog)->services.size();
  };
  for (Process* process : {&a, &b}) {
    process->Look();
    REQUIRE(size(*process, 0) == 0);
  }
  v1::CreateServiceRequest request;
  request.set_type("image");
  Write("Catalog/CreateService", request);
  CHECK(size(b, 0) == 0);
  CHECK(size(b, told.seq()) == 1);
  a.directory.ApplyOwn(told);
  CHECK(size(a, 0) == 1);
}

TEST_CASE_METHOD(Cloud, "with a database of another past nothing that was read counts",
                 "[store][identity][cache]") {
  b.Look();
  REQUIRE(b.directory.size() == 0);
  Shows(b);
  REQUIRE(b.directory.size() == 1);
  // Restored, and by now as far as it was: only the name tells.
  Sql("UPDATE auth_seq SET history = 'another' WHERE id = 1");
  b.Look();
  CHECK(b.directory.size() == 0);
}

}  // namespace
}  // namespace tstack::identity
