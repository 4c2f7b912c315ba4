#include "common/crypto/secret.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/crypto/encoding.h"

namespace tstack::crypto {
namespace {

struct File {
  int fd;
  ~File() {
    if (fd >= 0) close(fd);
  }
};

Status Unsafe(const std::string& path, std::string_view why) {
  return Error(StatusCode::kFailedPrecondition, "KEY_FILE_UNSAFE",
               "key file " + path + " " + std::string(why));
}

Status CannotWrite(const std::string& path) {
  return Error(StatusCode::kInternal, "KEY_FILE",
               "cannot write key file " + path + ": " + std::strerror(errno));
}

Status WriteKey(const std::string& path, const SecretBytes& key) {
  const File file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (file.fd < 0) return CannotWrite(path);
  std::string line = Base64UrlPadded(key.Expose()) + "\n";
  const bool written =
      write(file.fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  Wipe(line);
  return written && fsync(file.fd) == 0 ? absl::OkStatus() : CannotWrite(path);
}

}  // namespace

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    Wipe(bytes_);
    bytes_ = other.bytes_;
    Wipe(other.bytes_);
  }
  return *this;
}

StatusOr<SecretBytes> ReadKeyFile(const std::string& path, size_t size) {
  const File file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (file.fd < 0) return Error(StatusCode::kNotFound, "KEY_FILE", "cannot open key file " + path);
  struct stat info{};
  if (fstat(file.fd, &info) != 0 || !S_ISREG(info.st_mode))
    return Unsafe(path, "is no regular file");
  if ((info.st_mode & 077) != 0)
    return Unsafe(path, "has rights for others than its owner: chmod 0600");
  if (info.st_uid != geteuid() && info.st_uid != 0) return Unsafe(path, "belongs to another user");
  std::string buffer(1024, '\0');
  const ssize_t got = read(file.fd, buffer.data(), buffer.size());
  std::string_view line(buffer.data(), got > 0 ? static_cast<size_t>(got) : 0);
  while (line.ends_with('\n') || line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  StatusOr<std::string> key = ParseBase64Url(line);
  Wipe(buffer);
  if (!key.ok() || key->size() != size)
    return Unsafe(path, "holds no key of " + std::to_string(size) + " bytes");
  SecretBytes secret(*key);
  Wipe(*key);
  return secret;
}

Status EnsureKeyFile(const std::string& path, IdSource& ids, size_t size) {
  if (access(path.c_str(), F_OK) == 0) return absl::OkStatus();
  const SecretBytes key(ids.RandomBytes(size));
  const std::string fresh = path + "." + Hex(ids.RandomBytes(8));
  RETURN_IF_ERROR(WriteKey(fresh, key));
  // link() does not replace: of several processes the first one's key stays, whole.
  const bool linked = link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const Status status = linked ? absl::OkStatus() : CannotWrite(path);
  unlink(fresh.c_str());
  return status;
}

}  // namespace tstack::crypto
