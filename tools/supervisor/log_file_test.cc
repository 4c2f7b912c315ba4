#include "tools/supervisor/log_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

namespace tstack::supervisor {
namespace {

struct Fixture {
  Fixture() {
    folder = std::filesystem::temp_directory_path() / ("log_file_test." + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
  }
  ~Fixture() { std::filesystem::remove_all(folder); }
  std::string Content(const std::string& name) {
    std::ifstream file(folder / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::filesystem::path folder;
};

TEST_CASE_METHOD(Fixture, "a log file is private and appended to", "[unit][supervisor]") {
  LogFile(folder / "a.log").Write("one\n");
  LogFile(folder / "a.log").Write("two\n");
  CHECK(Content("a.log") == "one\ntwo\n");
  struct stat info = {};
  REQUIRE(stat((folder / "a.log").c_str(), &info) == 0);
  CHECK((info.st_mode & 077) == 0);
}

TEST_CASE_METHOD(Fixture, "a full file is set aside between lines and the oldest is dropped",
                 "[unit][supervisor]") {
  LogFile log(folder / "a.log", 8, 2);
  log.Write("line 1\nli");
  log.Write("ne 2\nline 3\n");
  CHECK(Content("a.log") == "line 3\n");
  CHECK(Content("a.log.1") == "line 1\nline 2\n");
  log.Write("line 4\nline 5\nline 6\nline 7\n");
  CHECK(Content("a.log") == "line 7\n");
  CHECK(Content("a.log.2") == "line 3\nline 4\n");
  CHECK_FALSE(std::filesystem::exists(folder / "a.log.3"));
}

}  // namespace
}  // namespace tstack::supervisor
