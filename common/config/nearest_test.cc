#include "common/config/nearest.h"

#include <catch2/catch.hpp>

namespace tstack::config {

TEST_CASE("edit distance counts inserted, removed and replaced bytes", "[unit][config]") {
  CHECK(EditDistance("", "") == 0);
  CHECK(EditDistance("abc", "") == 3);
  CHECK(EditDistance("databse", "database") == 1);
  CHECK(EditDistance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest word is found, and none among none", "[unit][config]") {
  CHECK(Nearest("pool_sise", {"nodes", "pool_size", "user"}) == "pool_size");
  CHECK(Nearest("x", {}).empty());
}

}  // namespace tstack::config
