#include <catch2/catch.hpp>

#include "common/config/config.h"
#include "common/config/test_file.h"

namespace tstack::config {
namespace fs = std::filesystem;

TEST_CASE("a private file gives its secret without the last newline", "[unit][config]") {
  TestFile file("s3cret\n");
  fs::permissions(file.path(), fs::perms::owner_read);
  auto secret = ReadSecret("file:" + file.path());
  REQUIRE(secret.ok());
  CHECK(secret->Reveal() == "s3cret");
}

TEST_CASE("a secret that others may read is refused, and its content is not told",
          "[unit][config]") {
  TestFile file("s3cret\n");
  fs::permissions(file.path(), fs::perms::owner_read | fs::perms::group_read);
  const Status status = ReadSecret("file:" + file.path()).status();
  CHECK(status.code() == StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(status) == "SECRET_EXPOSED");
  const std::string message(status.message());
  CHECK(message.find("mode 440") != std::string::npos);
  CHECK(message.find("s3cret") == std::string::npos);
}

TEST_CASE("references that lead nowhere are told apart", "[unit][config]") {
  CHECK(ReadSecret("file:/no/such/file").status().code() == StatusCode::kNotFound);
  CHECK(ReadSecret("plain").status().code() == StatusCode::kInvalidArgument);
  CHECK(ReadSecret("file:/").status().code() == StatusCode::kFailedPrecondition);
}

}  // namespace tstack::config
