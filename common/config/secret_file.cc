// ReadSecret: apart from config.cc because it deals with files and their permissions only.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

#include "common/config/config.h"

namespace tstack::config {
namespace {

constexpr size_t kMaxSecret = 64 * 1024;

Status OpenError(const std::string& path, int error) {
  const StatusCode code = error == ENOENT ? StatusCode::kNotFound : StatusCode::kFailedPrecondition;
  return ResourceError(
      code, "SECRET_UNREADABLE", "file", path,
      absl::StrCat("cannot read the secret ", path, ": ", std::generic_category().message(error)));
}

Status CheckPrivate(int fd, const std::string& path) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return OpenError(path, errno);
  if (!S_ISREG(info.st_mode)) return OpenError(path, EINVAL);
  if ((info.st_mode & 077) == 0) return absl::OkStatus();
  return ResourceError(
      StatusCode::kFailedPrecondition, "SECRET_EXPOSED", "file", path,
      absl::StrCat("others may access the secret ", path, " (mode ",
                   absl::Hex((info.st_mode >> 6) & 7), absl::Hex((info.st_mode >> 3) & 7),
                   absl::Hex(info.st_mode & 7), "): chmod 600 it"));
}

}  // namespace

StatusOr<log::Secret<std::string>> ReadSecret(std::string_view reference) {
  if (!reference.starts_with("file:")) {
    return Error(StatusCode::kInvalidArgument, "SECRET_REFERENCE",
                 "a secret is given as \"file:/path\"");
  }
  const std::string path(reference.substr(5));
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return OpenError(path, errno);
  absl::Cleanup closer = [fd] { close(fd); };
  RETURN_IF_ERROR(CheckPrivate(fd, path));
  std::string secret(kMaxSecret + 1, '\0');
  size_t size = 0;
  while (size < secret.size()) {
    const ssize_t got = read(fd, secret.data() + size, secret.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return OpenError(path, errno);
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > kMaxSecret) return OpenError(path, EFBIG);
  secret.resize(size);
  if (secret.ends_with('\n')) secret.pop_back();
  return log::Secret<std::string>(std::move(secret));
}

}  // namespace tstack::config
