#include "common/changes/change_index.h"

#include <catch2/catch.hpp>

namespace tstack::changes {
namespace {

const Subject kUser{1, "u"};
const Subject kOther{1, "v"};

TEST_CASE("a change makes untrue what was read before it and depends on it", "[unit][changes]") {
  ChangeIndex index(4);
  index.Advance(10);
  index.Touch(11, kUser);
  index.Advance(11);
  CHECK_FALSE(index.StillTrue({kOther, kUser}, 10));
  CHECK(index.StillTrue({kOther}, 10));
  CHECK(index.StillTrue({kUser}, 11));
  CHECK(index.applied() == 11);
}

TEST_CASE("a change that was not told yet counts when it is known", "[unit][changes]") {
  ChangeIndex index(4);
  index.Advance(10);
  index.Touch(15, kUser);
  CHECK(index.applied() == 10);
  CHECK_FALSE(index.StillTrue({kUser}, 10));
  CHECK_FALSE(index.StillTrue({kUser}, 14));
  CHECK(index.StillTrue({kOther}, 10));
  CHECK(index.StillTrue({kUser}, 15));
  index.Touch(12, kUser);  // the older one is told later
  CHECK_FALSE(index.StillTrue({kUser}, 14));
}

TEST_CASE("a change of everything spares nothing that was read before", "[unit][changes]") {
  ChangeIndex index(4);
  index.TouchAll(11);
  index.Advance(11);
  CHECK_FALSE(index.StillTrue({}, 10));
  CHECK(index.StillTrue({kUser}, 11));
}

TEST_CASE("what was read before the remembered changes is not trusted", "[unit][changes]") {
  ChangeIndex index(2);
  for (int64_t seq = 1; seq <= 3; ++seq) index.Touch(seq, {1, std::to_string(seq)});
  index.Advance(3);
  CHECK_FALSE(index.StillTrue({kUser}, 0));
  CHECK(index.StillTrue({kUser}, 1));
  CHECK_FALSE(index.StillTrue({{1, "2"}}, 1));
}

TEST_CASE("after a reset numbers count from anew", "[unit][changes]") {
  ChangeIndex index(2);
  index.Touch(9, kUser);
  index.Advance(9);
  index.Reset();
  index.Advance(3);
  CHECK(index.applied() == 3);
  CHECK(index.StillTrue({kUser}, 3));
}

}  // namespace
}  // namespace tstack::changes
