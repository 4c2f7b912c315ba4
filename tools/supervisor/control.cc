#include "tools/supervisor/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tstack::supervisor {
namespace {

constexpr size_t kLongest = 1 << 20;

Status Unavailable(const std::string& what) {
  return Error(StatusCode::kUnavailable, "SUPERVISOR_UNREACHABLE", what + ": " + strerror(errno));
}

bool FillAddress(const std::string& path, sockaddr_un& address) {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return false;
  memcpy(address.sun_path, path.data(), path.size());
  return true;
}

uint32_t Length(const std::string& buffer) {
  uint32_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(buffer[i]);
  return length;
}

// Closes a file descriptor at the end of the scope.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

bool SendAll(int fd, const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += n;
  }
  return true;
}

bool ReceiveExactly(int fd, size_t size, std::string& bytes) {
  bytes.resize(size);
  size_t got = 0;
  while (got < size) {
    const ssize_t n = recv(fd, bytes.data() + got, size - got, 0);
    if (n <= 0) return false;
    got += n;
  }
  return true;
}

}  // namespace

std::string Frame(const google::protobuf::Message& message) {
  const std::string bytes = message.SerializeAsString();
  std::string frame;
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(bytes.size() >> shift);
  return frame + bytes;
}

StatusOr<std::optional<v1::Request>> TakeRequest(std::string& buffer) {
  if (buffer.size() < 4) return std::nullopt;
  const size_t length = Length(buffer);
  v1::Request request;
  if (length > kLongest) return Error(StatusCode::kInvalidArgument, "BAD_REQUEST", "too long");
  if (buffer.size() < 4 + length) return std::nullopt;
  if (!request.ParseFromString(buffer.substr(4, length))) {
    return Error(StatusCode::kInvalidArgument, "BAD_REQUEST", "cannot be parsed");
  }
  buffer.erase(0, 4 + length);
  return request;
}

StatusOr<int> ListenOn(const std::string& path) {
  sockaddr_un address;
  if (!FillAddress(path, address)) {
    return Error(StatusCode::kInvalidArgument, "PATH_TOO_LONG", path + " is too long for a socket");
  }
  unlink(path.c_str());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const mode_t before = umask(0177);
  const bool bound =
      fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  umask(before);
  if (bound && listen(fd, 16) == 0) return fd;
  const Status status = Unavailable("cannot listen on " + path);
  if (fd >= 0) close(fd);
  return status;
}

StatusOr<v1::Reply> Ask(const std::string& path, const v1::Request& request,
                        absl::Duration timeout) {
  sockaddr_un address;
  if (!FillAddress(path, address)) {
    return Error(StatusCode::kInvalidArgument, "PATH_TOO_LONG", path + " is too long for a socket");
  }
  const Descriptor connection{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const timeval limit = absl::ToTimeval(timeout);
  setsockopt(connection.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(connection.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (connect(connection.fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return Unavailable("the supervisor does not run");
  }
  std::string bytes;
  v1::Reply reply;
  if (!SendAll(connection.fd, Frame(request)) || !ReceiveExactly(connection.fd, 4, bytes) ||
      Length(bytes) > kLongest || !ReceiveExactly(connection.fd, Length(bytes), bytes) ||
      !reply.ParseFromString(bytes)) {
    return Unavailable("the supervisor does not answer");
  }
  if (reply.error().empty()) return reply;
  return Error(StatusCode::kFailedPrecondition, "SUPERVISOR_REFUSED", reply.error());
}

}  // namespace tstack::supervisor
