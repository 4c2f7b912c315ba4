#include "common/crypto/secret.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <type_traits>
#include <vector>

#include <catch2/catch.hpp>

namespace tstack::crypto {
namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/tstack-secret-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string Write(const std::string& name, const std::string& text, mode_t mode) const {
    const std::string file = path / name;
    std::ofstream(file) << text;
    chmod(file.c_str(), mode);
    return file;
  }
  std::filesystem::path path;
};

constexpr const char* kKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

TEST_CASE("a key file is read only if nobody else may read it", "[unit][crypto]") {
  const Folder folder;
  CHECK(ReadKeyFile(folder.Write("good", kKey, 0600))->Expose() == std::string(32, '\0'));
  CHECK(ReadKeyFile(folder.Write("unpadded", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0400))
            .ok());
  for (const mode_t mode : {0640, 0604, 0660, 0644}) {
    CHECK(ReasonOf(ReadKeyFile(folder.Write("open" + std::to_string(mode), kKey, mode)).status()) ==
          "KEY_FILE_UNSAFE");
  }
  CHECK(ReasonOf(ReadKeyFile(folder.Write("short", "AAAA\n", 0600)).status()) == "KEY_FILE_UNSAFE");
  CHECK(ReasonOf(ReadKeyFile(folder.path).status()) == "KEY_FILE_UNSAFE");
  CHECK(absl::IsNotFound(ReadKeyFile(folder.path / "none").status()));
}

TEST_CASE("a message about a bad key file does not show its content", "[unit][crypto]") {
  const Folder folder;
  const Status status = ReadKeyFile(folder.Write("key", "topsecret\n", 0600)).status();
  CHECK(status.ToString().find("topsecret") == std::string::npos);
}

TEST_CASE("several threads that ensure one key file end with the same key", "[unit][crypto]") {
  const Folder folder;
  const std::string path = folder.path / "master.key";
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { (void)EnsureKeyFile(path, RealIds()); });
  for (std::thread& thread : threads) thread.join();
  const std::string first(ReadKeyFile(path)->Expose());
  CHECK(first.size() == 32);
  REQUIRE(EnsureKeyFile(path, RealIds()).ok());
  CHECK(ReadKeyFile(path)->Expose() == first);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
}

TEST_CASE("secret bytes cannot be printed or copied and are empty after a move", "[unit][crypto]") {
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
  static_assert(!std::is_convertible_v<SecretBytes, std::string>);
  SecretBytes secret("key");
  const SecretBytes moved(std::move(secret));
  CHECK(moved.Expose() == "key");
  CHECK(secret.empty());  // NOLINT: that is the promise
}

}  // namespace
}  // namespace tstack::crypto
