#include "absl/strings/substitute.h"
#include <catch2/catch.hpp>

#include "common/testing/mariadb.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/schema.h"

namespace tstack::cli {
namespace {

// A node without an instance folder: only tstack.yaml and the secrets it names.
struct Fixture {
  Fixture() {
    REQUIRE(WriteFile(folder.File("identity.password"), "of-identity").ok());
    REQUIRE(WriteFile(folder.File("admin.password"), "of-admin\n").ok());
    REQUIRE(WriteFile(folder.File("tstack.yaml"),
                      absl::Substitute(R"(database:
  nodes: ["$0"]
  user: "{role}"
  password: "file:$1"
  schema_prefix: migrated_
)",
                                       server.tcp(), folder.File("identity.password")))
                .ok());
    auto admin = server.Admin();
    REQUIRE(admin->Query("CREATE USER 'deployer'@'%' IDENTIFIED BY 'of-admin'").ok());
    REQUIRE(admin->Query("GRANT ALL ON *.* TO 'deployer'@'%' WITH GRANT OPTION").ok());
    options.config_file = folder.File("tstack.yaml");
    options.admin = "deployer";
    options.admin_password_file = folder.File("admin.password");
  }

  testing::TestMariaDb server;
  testing::TemporaryDirectory folder;
  MigrateOptions options;
};

TEST_CASE_METHOD(Fixture, "schemas are made from a configuration alone, and once",
                 "[store][tstack]") {
  options.only_show = true;
  REQUIRE(Migrate(options).ok());
  CHECK_FALSE(server.Admin()->Query("SHOW TABLES FROM migrated_identity").ok());  // not written
  options.only_show = false;
  REQUIRE(Migrate(options).ok());
  REQUIRE(Migrate(options).ok());
  const auto tables = server.Admin()->Query("SHOW TABLES FROM migrated_identity");
  REQUIRE(tables.ok());
  CHECK(tables->size() > 15);

  db::Options identity = server.Root("migrated_identity");
  identity.user = "identity";
  identity.password = log::Secret<std::string>("of-identity");
  CHECK(db::ConnectAdmin(testing::Deadline(), identity).ok());
}

TEST_CASE_METHOD(Fixture, "a password that others may read is not taken", "[store][tstack]") {
  REQUIRE(WriteFile(folder.File("open.password"), "of-admin", 0644).ok());
  options.admin_password_file = folder.File("open.password");
  CHECK(Migrate(options).code() == StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace tstack::cli
