#include "tools/tstack_cli/files.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace tstack::cli {
namespace {

Status Failed(const std::string& what, const std::string& path) {
  return Error(StatusCode::kUnavailable, "FILE_ERROR",
               "cannot " + what + " " + path + ": " + strerror(errno));
}

}  // namespace

Status EnsureDirectory(const std::string& path, mode_t mode) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!std::filesystem::is_directory(path) || chmod(path.c_str(), mode) != 0) {
    return Failed("create", path);
  }
  return absl::OkStatus();
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

Status WriteFile(const std::string& path, std::string_view content, mode_t mode) {
  const auto before = ReadFile(path);
  if (before.ok() && *before == content) return absl::OkStatus();
  const std::string next = path + ".new";
  const int fd = open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  const auto size = static_cast<ssize_t>(content.size());
  const bool written = fd >= 0 && fchmod(fd, mode) == 0 &&
                       write(fd, content.data(), content.size()) == size && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  if (!written || rename(next.c_str(), path.c_str()) != 0) return Failed("write", path);
  return absl::OkStatus();
}

StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error(StatusCode::kNotFound, "NO_FILE", "cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string RandomBytes(size_t bytes) {
  std::string random(bytes, '\0');
  while (getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
  }
  return random;
}

std::string RandomHex(size_t bytes) {
  std::string hex;
  for (const unsigned char byte : RandomBytes(bytes))
    absl::StrAppend(&hex, absl::Hex(byte, absl::kZeroPad2));
  return hex;
}

StatusOr<std::string> EnsureSecret(const std::string& path, size_t bytes) {
  if (!Exists(path)) RETURN_IF_ERROR(WriteFile(path, RandomHex(bytes)));
  return ReadFile(path);
}

std::string Fingerprint(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return "-";
  return absl::StrCat(info.st_ino, ".", info.st_size, ".", info.st_mtim.tv_sec, ".",
                      info.st_mtim.tv_nsec);
}

uint64_t HashOf(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

}  // namespace tstack::cli
