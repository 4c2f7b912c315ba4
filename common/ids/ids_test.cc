#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "common/ids/fake_ids.h"
#include "common/ids/uuid.h"

namespace tstack {
namespace {

TEST_CASE("a uuid has its version and variant where RFC 9562 puts them", "[unit][ids]") {
  const std::string uuid = RealIds().Uuid();
  REQUIRE(uuid.size() == 36);
  CHECK(uuid[14] == '4');
  CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
  CHECK(RealIds().HexUuid().size() == 32);
}

TEST_CASE("time-ordered ids sort by time", "[unit][ids]") {
  const std::string early =
      FormatUuid(WithTimestamp(std::string(16, '\xff'), absl::FromUnixMillis(1000)), 7);
  const std::string late =
      FormatUuid(WithTimestamp(std::string(16, '\0'), absl::FromUnixMillis(1001)), 7);
  CHECK(early < late);
}

TEST_CASE("both spellings of a uuid are recognised, others are not", "[unit][ids]") {
  CHECK(IsUuid("0f411f61-16e0-4dd7-9222-6f2e32c150ce"));
  CHECK(IsUuid("0f411f6116e04dd792226f2e32c150ce"));
  CHECK_FALSE(IsUuid("0f411f61-16e0-4dd7-9222-6f2e32c150c"));
  CHECK_FALSE(IsUuid("0f411f6116e0-4dd7-9222-6f2e32c150ceab"));
  CHECK_FALSE(IsUuid("default"));
  CHECK(UuidBytes("0f411f6116e04dd792226f2e32c150ce").size() == 16);
}

TEST_CASE("a child process does not go on with its parent's ids", "[unit][ids]") {
  RealIds().Uuid();
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string id = RealIds().Uuid();
    _exit(write(ends[1], id.data(), id.size()) == 36 ? 0 : 1);
  }
  const std::string own = RealIds().Uuid();
  std::string childs(36, '\0');
  CHECK(read(ends[0], childs.data(), childs.size()) == 36);
  CHECK(childs != own);
  int status = 0;
  waitpid(child, &status, 0);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("ids do not repeat", "[unit][ids]") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(RealIds().Uuid());
  CHECK(seen.size() == 1000);
}

TEST_CASE("fake ids repeat for the same seed", "[unit][ids]") {
  FakeIds a(7), b(7);
  CHECK(a.Uuid() == b.Uuid());
  CHECK(a.RandomBytes(20) == b.RandomBytes(20));
}

}  // namespace
}  // namespace tstack
