#include "tools/tstack_cli/files.h"

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

#include "common/pki/files.h"

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

Status EnsurePrivateDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return Failed("create", path);
  return CheckPrivateDirectory(path);
}

Status CheckPrivateDirectory(const std::string& path) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0) {
    return Error(StatusCode::kNotFound, "NO_FOLDER", "there is no folder " + path);
  }
  if (S_ISDIR(info.st_mode) && info.st_uid == getuid() && (info.st_mode & 0077) == 0) {
    return absl::OkStatus();
  }
  return Error(StatusCode::kPermissionDenied, "FOLDER_NOT_PRIVATE",
               path + " is not a folder of this user that nobody else may enter: remove it");
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

Status WriteFile(const std::string& path, std::string_view content, mode_t mode) {
  const auto before = ReadFile(path);
  if (before.ok() && *before == content) return absl::OkStatus();
  return pki::WriteFileAtomically(path, content, mode);
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
