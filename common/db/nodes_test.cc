#include "common/db/nodes.h"

#include <catch2/catch.hpp>

namespace tstack::db {
namespace {

using Order = std::vector<size_t>;

Nodes Three() { return Nodes({*ParseNode("a"), *ParseNode("b"), *ParseNode("c")}); }

constexpr absl::Duration kStart = absl::Seconds(100);

TEST_CASE("the node in use is tried first, then the others in their order", "[unit][db]") {
  Nodes nodes = Three();
  CHECK(nodes.Candidates(true, kStart) == Order{0, 1, 2});
  CHECK(nodes.Used(1, kStart));
  CHECK(nodes.Candidates(true, kStart) == Order{1, 0, 2});
  CHECK_FALSE(nodes.Used(1, kStart));  // no news
}

TEST_CASE("only preferred nodes are tried to fail back", "[unit][db]") {
  Nodes nodes = Three();
  CHECK(nodes.Candidates(false, kStart).empty());
  nodes.Used(2, kStart);
  CHECK(nodes.Candidates(false, kStart) == Order{0, 1});
  CHECK(nodes.NextTry(false, kStart + absl::Seconds(2)) == kStart + absl::Seconds(2));
}

TEST_CASE("a node that failed is left alone for longer and longer", "[unit][db]") {
  Nodes nodes = Three();
  CHECK(nodes.Failed(0, kStart));
  CHECK_FALSE(nodes.Failed(0, kStart));
  CHECK(nodes.Candidates(true, kStart) == Order{1, 2});
  CHECK(nodes.Candidates(true, kStart + absl::Milliseconds(100)) == Order{0, 1, 2});
  for (int i = 0; i < 30; ++i) nodes.Failed(0, kStart);
  CHECK(nodes.Candidates(true, kStart + absl::Seconds(1)) == Order{0, 1, 2});
  CHECK_FALSE(nodes.AllFailed());
  nodes.Failed(1, kStart);
  nodes.Failed(2, kStart);
  CHECK(nodes.AllFailed());
  CHECK(nodes.NextTry(true, kStart) == kStart + absl::Milliseconds(50));
  CHECK(nodes.Used(2, kStart));
  CHECK_FALSE(nodes.AllFailed());
}

TEST_CASE("reads trust the first node only when the others must have come back to it",
          "[unit][db]") {
  Nodes nodes = Three();
  const absl::Duration later = kStart + absl::Seconds(10);
  CHECK_FALSE(nodes.Settled(kStart));  // never used yet
  nodes.Used(0, kStart);
  CHECK_FALSE(nodes.Settled(kStart));
  nodes.Used(0, later);  // a further connection changes nothing
  CHECK(nodes.Settled(later));
  nodes.Used(1, later);
  CHECK_FALSE(nodes.Settled(later + absl::Hours(1)));
  nodes.Used(0, later);
  CHECK_FALSE(nodes.Settled(later + absl::Seconds(9)));
  CHECK(nodes.Settled(later + absl::Seconds(10)));
  nodes.Failed(0, later + absl::Seconds(10));
  CHECK_FALSE(nodes.Settled(later + absl::Seconds(30)));
  nodes.Used(0, later + absl::Seconds(30));
  CHECK(nodes.Settled(later + absl::Seconds(40)));
}

}  // namespace
}  // namespace tstack::db
