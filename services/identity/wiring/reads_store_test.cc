// What a read of one resource costs.
#include <catch2/catch.hpp>

#include "services/identity/wiring/project_calls.h"

namespace tstack::identity {
namespace {

using Names = std::vector<std::string>;

// The statements behind "Projects/ShowProject" and the like of what has the id `id`.
template <typename Item, typename Request>
Names Cost(ResourceFixture& f, const std::string& method, const std::string& id) {
  Request request;
  const auto* field = Request::descriptor()->field(0);
  request.GetReflection()->SetString(&request, field, id);
  f.Statements();
  const auto item = f.Call<Item>(method, request);
  INFO(method << " " << item.status());
  REQUIRE(item.ok());
  return f.Statements();
}

template <typename Item, typename Request>
std::string NewId(ResourceFixture& f, const std::string& method, const Request& request) {
  const auto item = f.Call<Item>(method, request);
  INFO(method << " " << item.status());
  REQUIRE(item.ok());
  return item->id();
}

TEST_CASE("one resource is read by one statement", "[store][identity][reads]") {
  ResourceFixture f("identity_reads");
  v1::CreateUserRequest user;
  user.set_name("u");
  v1::CreateRoleRequest role;
  role.set_name("r");
  v1::CreateServiceRequest service;
  service.set_type("t");
  v1::CreateRegionRequest region;
  region.mutable_region()->set_id("R");
  const std::string service_id = NewId<v1::Service>(f, "Catalog/CreateService", service);
  v1::CreateEndpointRequest endpoint;
  endpoint.set_service_id(service_id);
  endpoint.set_interface("public");
  endpoint.set_url("http://cloud");

  CHECK(Cost<v1::Project, v1::ShowProjectRequest>(
            f, "Projects/ShowProject", Create(f, New("p")).id()) == Names{"project_show"});
  CHECK(Cost<v1::Domain, v1::ShowDomainRequest>(f, "Domains/ShowDomain", "default") ==
        Names{"domain_show"});
  CHECK(Cost<v1::User, v1::ShowUserRequest>(f, "Users/ShowUser",
                                            NewId<v1::User>(f, "Users/CreateUser", user)) ==
        Names{"user_show"});
  CHECK(Cost<v1::Role, v1::ShowRoleRequest>(f, "Roles/ShowRole",
                                            NewId<v1::Role>(f, "Roles/CreateRole", role)) ==
        Names{"role_show"});
  CHECK(Cost<v1::Service, v1::ShowServiceRequest>(f, "Catalog/ShowService", service_id) ==
        Names{"service_show"});
  CHECK(Cost<v1::Endpoint, v1::ShowEndpointRequest>(
            f, "Catalog/ShowEndpoint",
            NewId<v1::Endpoint>(f, "Catalog/CreateEndpoint", endpoint)) == Names{"endpoint_show"});
  CHECK(Cost<v1::Region, v1::ShowRegionRequest>(
            f, "Catalog/ShowRegion", NewId<v1::Region>(f, "Catalog/CreateRegion", region)) ==
        Names{"region_show"});
}

}  // namespace
}  // namespace tstack::identity
