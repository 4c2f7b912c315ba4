#pragma once

#include <string>
#include <vector>

namespace tstack::contract::test {

// Every service of the fixture.
inline std::vector<std::string> FixtureServices() {
  return {"tstack.fixture.keystone.Identity", "tstack.fixture.nova.Compute",
          "tstack.fixture.glance.Images",     "tstack.fixture.cinder.Volumes",
          "tstack.fixture.neutron.Networks",  "tstack.fixture.placement.Placement",
          "tstack.fixture.plain.Toys"};
}

// What openapi_dump prints: it is built once with the fixture and once with the product's services
// alone.
inline std::vector<std::string> DumpedServices() {
#ifdef TSTACK_DUMP_FIXTURE
  return FixtureServices();
#else
  return {};
#endif
}

}  // namespace tstack::contract::test
