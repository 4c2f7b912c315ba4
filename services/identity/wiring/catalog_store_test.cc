// Regions, services and endpoints on a real database, called as the server calls them.
#include "services/identity/catalog/catalog_store.h"

#include <catch2/catch.hpp>

#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {
namespace {

using google::protobuf::Empty;

StatusOr<v1::Region> NewRegion(ResourceFixture& f, const std::string& id,
                               const std::string& parent = "") {
  v1::CreateRegionRequest request;
  request.mutable_region()->set_id(id);
  if (!parent.empty()) request.mutable_region()->set_parent_region_id(parent);
  return f.Call<v1::Region>("Catalog/CreateRegion", request);
}

v1::CreateEndpointRequest Endpoint(const std::string& service_id, const std::string& url) {
  v1::CreateEndpointRequest request;
  request.set_interface("public");
  request.set_service_id(service_id);
  request.set_url(url);
  return request;
}

v1::Service NewService(ResourceFixture& f, const std::string& type) {
  v1::CreateServiceRequest request;
  request.set_type(type);
  request.set_name(type);
  auto service = f.Call<v1::Service>("Catalog/CreateService", request);
  INFO(service.status());
  REQUIRE(service.ok());
  return *std::move(service);
}

std::vector<v1::CatalogService> Catalog(ResourceFixture& f, const std::string& project_id) {
  std::vector<v1::CatalogService> services;
  const Status status = f.database().Read(testing::Deadline(), db::Freshness::kLocal,
                                          [&](db::Transaction& tx) -> Status {
                                            ASSIGN_OR_RETURN(services, catalog::ReadCatalog(tx));
                                            return absl::OkStatus();
                                          });
  INFO(status);
  REQUIRE(status.ok());
  google::protobuf::RepeatedPtrField<v1::CatalogService> filled;
  catalog::FillCatalog(services, project_id, "user", &filled);
  return {filled.begin(), filled.end()};
}

TEST_CASE("regions form trees without cycles and go with their branch",
          "[store][identity][catalog]") {
  ResourceFixture f("identity_regions");
  REQUIRE(NewRegion(f, "A").ok());
  REQUIRE(NewRegion(f, "B", "A").ok());
  CHECK(absl::IsAlreadyExists(NewRegion(f, "A").status()));
  CHECK(absl::IsNotFound(NewRegion(f, "C", "missing").status()));
  v1::UpdateRegionRequest cycle;
  cycle.set_region_id("A");
  cycle.mutable_region()->set_parent_region_id("B");
  cycle.mutable_update_mask()->add_paths("parent_region_id");
  CHECK(ReasonOf(f.Call<v1::Region>("Catalog/UpdateRegion", cycle).status()) == "REGION_CYCLE");

  auto endpoint = Endpoint(NewService(f, "compute").id(), "http://c/v2.1");
  endpoint.set_region_id("B");
  const auto made = f.Call<v1::Endpoint>("Catalog/CreateEndpoint", endpoint);
  REQUIRE(made.ok());
  CHECK(made->region() == "B");
  v1::DeleteRegionRequest remove;
  remove.set_region_id("A");
  CHECK(ReasonOf(f.Call<Empty>("Catalog/DeleteRegion", remove).status()) == "REGION_IN_USE");
  CHECK(f.Count("region WHERE parent_region_id = 'A'") == 1);  // nothing was half done
  v1::DeleteEndpointRequest gone;
  gone.set_endpoint_id(made->id());
  REQUIRE(f.Call<Empty>("Catalog/DeleteEndpoint", gone).ok());
  CHECK(f.Call<Empty>("Catalog/DeleteRegion", remove).ok());
  CHECK(f.Count("region") == 0);
}

TEST_CASE("an endpoint needs a service and a region that exist", "[store][identity][catalog]") {
  ResourceFixture f("identity_endpoints");
  const auto create = [&](const v1::CreateEndpointRequest& request) {
    return f.Call<v1::Endpoint>("Catalog/CreateEndpoint", request);
  };
  CHECK(ReasonOf(create(Endpoint("missing", "http://x/")).status()) == "SERVICE_UNKNOWN");
  auto request = Endpoint(NewService(f, "image").id(), "http://x/");
  request.set_region_id("missing");
  CHECK(ReasonOf(create(request).status()) == "REGION_UNKNOWN");
  request.clear_region_id();
  request.set_region("old");  // the old name makes its region
  CHECK(create(request)->region_id() == "old");
  CHECK(f.Count("region WHERE id = 'old'") == 1);
  request.set_url("http://x/%(nonsense)s");
  CHECK(absl::IsInvalidArgument(create(request).status()));
}

TEST_CASE("the catalog shows what is enabled, with its URLs filled in",
          "[store][identity][catalog]") {
  ResourceFixture f("identity_catalog");
  const v1::Service volume = NewService(f, "volumev3");
  const v1::Service off = NewService(f, "metering");
  REQUIRE(f.Call<v1::Endpoint>("Catalog/CreateEndpoint",
                               Endpoint(volume.id(), "http://v/v3/$(project_id)s"))
              .ok());
  auto hidden = Endpoint(volume.id(), "http://hidden/");
  hidden.set_enabled(false);
  REQUIRE(f.Call<v1::Endpoint>("Catalog/CreateEndpoint", hidden).ok());
  v1::UpdateServiceRequest disable;
  disable.set_service_id(off.id());
  disable.mutable_service()->set_enabled(false);
  disable.mutable_update_mask()->add_paths("enabled");
  REQUIRE(f.Call<v1::Service>("Catalog/UpdateService", disable).ok());

  const auto services = Catalog(f, "p1");
  REQUIRE(services.size() == 1);
  REQUIRE(services[0].endpoints_size() == 1);
  CHECK(services[0].endpoints(0).url() == "http://v/v3/p1");
  CHECK(Catalog(f, "")[0].endpoints_size() == 0);  // no project: nothing to fill in
  v1::DeleteServiceRequest remove;
  remove.set_service_id(volume.id());
  REQUIRE(f.Call<Empty>("Catalog/DeleteService", remove).ok());
  CHECK(f.Count("endpoint") == 0);
}

}  // namespace
}  // namespace tstack::identity
