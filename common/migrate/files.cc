#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "common/migrate/migrate.h"
#include "tstack/migrations/common.h"

namespace tstack::migrate {
namespace {

StatusOr<File> ReadOne(const std::filesystem::path& path) {
  File file{.name = path.stem()};
  const char* begin = file.name.data();
  const auto [end, error] = std::from_chars(begin, begin + file.name.size(), file.version);
  if (error != std::errc() || end != begin + 4 || *end != '_' || file.version < 1) {
    return Error(StatusCode::kInvalidArgument, "MIGRATION_NAME",
                 path.string() + " is not named NNNN_name.sql");
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream)
    return Error(StatusCode::kNotFound, "MIGRATION_UNREADABLE", "cannot read " + path.string());
  file.sql = text.str();
  return file;
}

}  // namespace

const Files& CommonFiles() { return migrations::Common(); }

StatusOr<Files> ReadFolder(const std::string& folder) {
  std::error_code error;
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".sql") paths.insert(entry.path());
  }
  if (error)
    return Error(StatusCode::kNotFound, "MIGRATION_UNREADABLE", "cannot read folder " + folder);
  Files files;
  for (const std::filesystem::path& path : paths) {
    ASSIGN_OR_RETURN(File file, ReadOne(path));
    if (!files.empty() && files.back().version == file.version) {
      return Error(StatusCode::kInvalidArgument, "MIGRATION_TWICE",
                   "two files have the number of " + file.name);
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace tstack::migrate
