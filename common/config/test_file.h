// A file that lives as long as the test case.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tstack::config {

class TestFile {
 public:
  explicit TestFile(const std::string& content) {
    std::string pattern = std::filesystem::temp_directory_path() / "tstack-config-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    dir_ = pattern;
    std::ofstream(path()) << content;
  }
  ~TestFile() { std::filesystem::remove_all(dir_); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;
  std::string path() const { return dir_ + "/tstack.yaml"; }

 private:
  std::string dir_;
};

}  // namespace tstack::config
