#include <catch2/catch.hpp>

#include "common/migrate/migrate.h"
#include "common/testing/environment.h"

namespace tstack::migrate {
namespace {

TEST_CASE("a folder's files come in the order of their numbers", "[unit][migrate]") {
  const testing::TemporaryDirectory folder;
  testing::WriteFile(folder.File("0011_b.sql"), "B");
  testing::WriteFile(folder.File("0010_a.sql"), "A");
  testing::WriteFile(folder.File("README.md"), "not SQL");
  const Files files = ReadFolder(folder.path()).value();
  REQUIRE(files.size() == 2);
  CHECK(files[0].version == 10);
  CHECK(files[0].name == "0010_a");
  CHECK(files[1].sql == "B");
}

TEST_CASE("a wrong name, a number used twice and a missing folder are refused", "[unit][migrate]") {
  for (const char* name :
       {"1_a.sql", "00010_a.sql", "0010a.sql", "a.sql", "0000_a.sql", "-010_a.sql"}) {
    const testing::TemporaryDirectory folder;
    testing::WriteFile(folder.File(name), "A");
    INFO(name);
    CHECK(ReasonOf(ReadFolder(folder.path()).status()) == "MIGRATION_NAME");
  }
  const testing::TemporaryDirectory folder;
  testing::WriteFile(folder.File("0010_a.sql"), "A");
  testing::WriteFile(folder.File("0010_b.sql"), "B");
  CHECK(ReasonOf(ReadFolder(folder.path()).status()) == "MIGRATION_TWICE");
  CHECK(absl::IsNotFound(ReadFolder(folder.File("none")).status()));
}

TEST_CASE("the shared tables are compiled in with numbers below 10", "[unit][migrate]") {
  REQUIRE(CommonFiles().size() >= 2);
  for (const File& file : CommonFiles()) CHECK(file.version < 10);
  CHECK(CommonFiles()[0].name == "0001_txn");
}

}  // namespace
}  // namespace tstack::migrate
