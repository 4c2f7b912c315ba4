#include "tools/tstack_cli/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

namespace tstack::cli {
namespace {

struct Fixture {
  Fixture() {
    folder = std::filesystem::temp_directory_path() / ("files_test." + std::to_string(getpid()));
    REQUIRE(EnsureDirectory(folder).ok());
  }
  ~Fixture() { std::filesystem::remove_all(folder); }
  mode_t ModeOf(const std::string& name) {
    struct stat info = {};
    REQUIRE(stat((folder + "/" + name).c_str(), &info) == 0);
    return info.st_mode & 0777;
  }
  std::string folder;
};

TEST_CASE_METHOD(Fixture, "folders and files are private unless said otherwise", "[unit][tstack]") {
  CHECK(ModeOf("") == 0700);
  REQUIRE(WriteFile(folder + "/secret", "x").ok());
  CHECK(ModeOf("secret") == 0600);
  REQUIRE(WriteFile(folder + "/public", "x", 0644).ok());
  CHECK(ModeOf("public") == 0644);
}

TEST_CASE_METHOD(Fixture, "a file with the same content is not touched", "[unit][tstack]") {
  const std::string path = folder + "/a";
  REQUIRE(WriteFile(path, "one").ok());
  const std::string before = Fingerprint(path);
  REQUIRE(WriteFile(path, "one").ok());
  CHECK(Fingerprint(path) == before);
  REQUIRE(WriteFile(path, "two").ok());
  CHECK(Fingerprint(path) != before);
  CHECK(Fingerprint(folder + "/missing") == "-");
}

TEST_CASE_METHOD(Fixture, "a secret is made once and never again", "[unit][tstack]") {
  const auto first = EnsureSecret(folder + "/s");
  REQUIRE(first.ok());
  CHECK(first->size() == 48);
  CHECK(*EnsureSecret(folder + "/s") == *first);
  CHECK(RandomHex(8) != RandomHex(8));
}

TEST_CASE_METHOD(Fixture, "a folder in a shared place is taken only if it is private and no link",
                 "[unit][tstack]") {
  const std::string mine = folder + "/mine", open = folder + "/open", link = folder + "/link";
  CHECK(CheckPrivateDirectory(mine).code() == StatusCode::kNotFound);
  REQUIRE(EnsurePrivateDirectory(mine).ok());
  CHECK(EnsurePrivateDirectory(mine).ok());
  REQUIRE(EnsureDirectory(open, 0755).ok());
  CHECK(EnsurePrivateDirectory(open).code() == StatusCode::kPermissionDenied);
  REQUIRE(symlink(mine.c_str(), link.c_str()) == 0);
  CHECK(EnsurePrivateDirectory(link).code() == StatusCode::kPermissionDenied);
  REQUIRE(WriteFile(folder + "/file", "x").ok());
  CHECK(EnsurePrivateDirectory(folder + "/file").code() == StatusCode::kPermissionDenied);
  if (getuid() == 0) {
    REQUIRE(chown(mine.c_str(), 65534, 65534) == 0);
    CHECK(CheckPrivateDirectory(mine).code() == StatusCode::kPermissionDenied);
  }
}

TEST_CASE_METHOD(Fixture, "what cannot be written is an error that names the file",
                 "[unit][tstack]") {
  const Status status = WriteFile(folder + "/no/such/folder", "x");
  CHECK_THAT(std::string(status.message()), Catch::Matchers::Contains("/no/such/folder"));
}

}  // namespace
}  // namespace tstack::cli
