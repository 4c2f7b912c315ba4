#include "common/pki/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace tstack::pki {
namespace {

Status FileError(const std::string& what, const std::string& path) {
  return ResourceError(StatusCode::kUnavailable, "FILE_NOT_WRITTEN", "file", path,
                       absl::StrCat(what, " ", path, ": ", std::generic_category().message(errno)));
}

Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("cannot write", path);
    content.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(fd) == 0 ? absl::OkStatus() : FileError("cannot sync", path);
}

}  // namespace

Status WriteFileAtomically(const std::string& path, std::string_view content, mode_t mode) {
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) return FileError("cannot create", temporary);
  Status status = WriteAll(fd, content, temporary);
  if (status.ok() && fchmod(fd, mode) != 0) status = FileError("cannot set the mode of", temporary);
  close(fd);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = FileError("cannot put in place", path);
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (file) content << file.rdbuf();
  if (!file || file.bad()) {
    return ResourceError(StatusCode::kNotFound, "FILE_NOT_READ", "file", path,
                         "cannot read " + path);
  }
  return content.str();
}

}  // namespace tstack::pki
