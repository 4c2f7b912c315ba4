#include "services/identity/bootstrap/bootstrap.h"
#include "services/identity/wiring/test_cloud.h"

namespace tstack::identity::bootstrap {
namespace {

struct Fixture : TestCloud {
  Fixture() : TestCloud(testing::TestMariaDb::Shared(), "identity_bootstrap") {}
};

TEST_CASE_METHOD(Fixture,
                 "a new installation has its domain, roles, administrator, catalog and keys",
                 "[store][identity][bootstrap]") {
  CHECK(Text("SELECT name FROM project WHERE id = 'default' AND is_domain = 1") == "Default");
  CHECK(Count("SELECT COUNT(*) FROM role WHERE immutable = 1") == 4);
  CHECK(Count("SELECT COUNT(*) FROM implied_role") == 2);
  CHECK(Count("SELECT COUNT(*) FROM project WHERE name IN ('admin', 'service') AND domain_id = "
              "'default'") == 2);
  CHECK(Count("SELECT COUNT(*) FROM assignment a JOIN user u ON u.id = a.user_id WHERE u.name = "
              "'admin'") == 2);
  CHECK(Count("SELECT COUNT(*) FROM endpoint WHERE region_id = 'RegionOne'") == 6);
  CHECK(Count("SELECT COUNT(*) FROM token_key") == 2);
}

TEST_CASE_METHOD(Fixture, "a second bootstrap changes nothing, not even the password",
                 "[store][identity][bootstrap]") {
  const std::string tables[] = {"project", "user",    "role",     "implied_role", "assignment",
                                "region",  "service", "endpoint", "password",     "token_key"};
  const std::string hash = Text("SELECT hash FROM password");
  std::vector<int64_t> before;
  for (const std::string& table : tables) before.push_back(Count("SELECT COUNT(*) FROM " + table));
  Bootstrap("another");
  for (size_t i = 0; i < std::size(tables); ++i)
    CHECK(Count("SELECT COUNT(*) FROM " + tables[i]) == before[i]);
  CHECK(Text("SELECT hash FROM password") == hash);
}

}  // namespace
}  // namespace tstack::identity::bootstrap
