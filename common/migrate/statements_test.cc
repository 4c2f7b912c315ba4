#include <catch2/catch.hpp>

#include "common/migrate/migrate.h"

namespace tstack::migrate {
namespace {

using Statements = std::vector<std::string>;

TEST_CASE("statements end at semicolons outside of quotes and comments", "[unit][migrate]") {
  CHECK(SplitStatements("CREATE a; CREATE b") == Statements{"CREATE a", "CREATE b"});
  CHECK(SplitStatements("SELECT ';' ; SELECT \";\"; SELECT `;`") ==
        Statements{"SELECT ';'", "SELECT \";\"", "SELECT `;`"});
  CHECK(SplitStatements("SELECT 'it''s; \\'; x'; SELECT 2") ==
        Statements{"SELECT 'it''s; \\'; x'", "SELECT 2"});
  CHECK(SplitStatements("-- one; two\nSELECT 1; # three;\n/* four; */ SELECT 2;") ==
        Statements{"SELECT 1", "SELECT 2"});
  CHECK(SplitStatements("SELECT 5--1") == Statements{"SELECT 5--1"});
}

TEST_CASE("text without a statement gives none", "[unit][migrate]") {
  for (const char* text : {"", " \n", ";;", "-- only a comment", "/* never ends", "--"}) {
    INFO(text);
    CHECK(SplitStatements(text).empty());
  }
}

}  // namespace
}  // namespace tstack::migrate
