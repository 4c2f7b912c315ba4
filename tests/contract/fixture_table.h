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

}  // namespace tstack::contract::test
