#include "common/context/call_context.h"

#include <catch2/catch.hpp>

namespace tstack {
namespace {

TEST_CASE("microversions order by number, not by text", "[unit][context]") {
  CHECK(*ApiVersion::Parse("2.9") < *ApiVersion::Parse("2.26"));
  CHECK(ApiVersion::Parse("2.104")->ToString() == "2.104");
}

TEST_CASE("anything but MAJOR.MINOR is no microversion", "[unit][context]") {
  for (const char* text :
       {"", "2", "2.", ".1", "2.01", "02.1", "2.1 ", "-2.1", "2.1.1", "latest", "2.9999999"}) {
    INFO(text);
    CHECK_FALSE(ApiVersion::Parse(text).has_value());
  }
}

}  // namespace
}  // namespace tstack
