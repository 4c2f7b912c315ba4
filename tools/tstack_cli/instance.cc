#include "tools/tstack_cli/instance.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"

#include "tools/tstack_cli/files.h"

namespace tstack::cli {
namespace {

constexpr size_t kLongestRunDir = 80;  // a socket's path may have 107 bytes, names included

}  // namespace

Instance::Instance(const std::string& data)
    : data_(std::filesystem::weakly_canonical(std::filesystem::absolute(data))) {
  if (data_.size() > 1 && data_.back() == '/') data_.pop_back();
  id_ = absl::StrCat("tstack-", absl::Hex(static_cast<uint32_t>(HashOf(data_)), absl::kZeroPad8));
  run_dir_ = Path("run");
  if (run_dir_.size() > kLongestRunDir) {
    run_dir_ = std::filesystem::temp_directory_path() / absl::StrCat(id_, ".", getuid());
  }
}

bool Instance::exists() const { return Exists(config_file()); }

std::string SelfPath() {
  std::error_code error;
  std::string path = std::filesystem::read_symlink("/proc/self/exe", error);
  // A program that was rebuilt while it runs is still to be found under its name.
  constexpr std::string_view kDeleted = " (deleted)";
  if (path.ends_with(kDeleted)) path.resize(path.size() - kDeleted.size());
  return path;
}

std::string BinaryDir() { return std::filesystem::path(SelfPath()).parent_path(); }

StatusOr<std::string> SourceRoot() {
  const char* const given = getenv("TSTACK_ROOT");
  if (given != nullptr && Exists(absl::StrCat(given, "/tools/packages.txt")))
    return std::string(given);
  for (std::filesystem::path at = BinaryDir(); at != at.root_path(); at = at.parent_path()) {
    if (Exists(at / "tools/packages.txt")) return at.string();
  }
  return Error(StatusCode::kNotFound, "NO_SOURCES",
               "the source tree is not found: set TSTACK_ROOT");
}

std::string UserName() {
  const passwd* const entry = getpwuid(getuid());
  return entry == nullptr ? absl::StrCat(getuid()) : entry->pw_name;
}

}  // namespace tstack::cli
