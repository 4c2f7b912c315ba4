#include "common/db/socket_finder.h"

#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace tstack::db {
namespace {

std::shared_ptr<std::mutex> MutexOf(const std::string& node) {
  static std::mutex guard;
  static auto& mutexes = *new std::map<std::string, std::shared_ptr<std::mutex>>();
  std::lock_guard lock(guard);
  std::shared_ptr<std::mutex>& mutex = mutexes[node];
  if (mutex == nullptr) mutex = std::make_shared<std::mutex>();
  return mutex;
}

// What tells one peer from another: family, address and port, or the path; "" for other families.
std::string Key(const sockaddr_storage& peer) {
  const auto bytes = [](const auto& field) {
    return std::string(reinterpret_cast<const char*>(&field), sizeof(field));
  };
  if (peer.ss_family == AF_UNIX) {
    sockaddr_un address{};
    std::memcpy(&address, &peer, sizeof(address));
    return std::string("unix:") + address.sun_path;
  }
  if (peer.ss_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, &peer, sizeof(address));
    return "4" + bytes(address.sin_addr) + bytes(address.sin_port);
  }
  if (peer.ss_family != AF_INET6) return "";
  sockaddr_in6 address{};
  std::memcpy(&address, &peer, sizeof(address));
  return "6" + bytes(address.sin6_addr) + bytes(address.sin6_port);
}

std::vector<std::string> AddressesOf(const Node& node) {
  if (!node.unix_path.empty()) return {"unix:" + node.unix_path};
  std::vector<std::string> addresses;
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(node.port);
  if (getaddrinfo(node.host.c_str(), port.c_str(), &wanted, &found) != 0) return addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, each->ai_addr, std::min<size_t>(each->ai_addrlen, sizeof(address)));
    addresses.push_back(Key(address));
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace

OpenSocket::OpenSocket(OpenSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

OpenSocket::~OpenSocket() {
  if (fd_ >= 0) close(fd_);
}

void OpenSocket::Shutdown() const {
  if (fd_ >= 0) shutdown(fd_, SHUT_RDWR);
}

SocketFinder::SocketFinder(const Node& node)
    : node_(node),
      addresses_(AddressesOf(node)),
      mutex_(MutexOf(node.name)),
      lock_(*mutex_),
      before_(SocketsToNode()) {}

bool SocketFinder::IsPeer(const std::string& address) const {
  return std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end();
}

SocketFinder::Sockets SocketFinder::SocketsToNode() const {
  Sockets sockets;
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return sockets;
  while (const dirent* entry = readdir(folder)) {
    const int fd = std::atoi(entry->d_name);  // "." gives 0, which is no socket to a database
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    struct stat info{};
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || !IsPeer(Key(peer)))
      continue;
    if (fstat(fd, &info) == 0) sockets[fd] = info.st_ino;
  }
  closedir(folder);
  return sockets;
}

StatusOr<OpenSocket> SocketFinder::Find() const {
  std::vector<int> appeared;
  for (const auto& [fd, inode] : SocketsToNode()) {
    const auto known = before_.find(fd);
    if (known == before_.end() || known->second != inode) appeared.push_back(fd);
  }
  const int copy = appeared.size() == 1 ? fcntl(appeared[0], F_DUPFD_CLOEXEC, 0) : -1;
  if (copy >= 0) return OpenSocket(copy);
  return Error(StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
               "cannot tell which of " + std::to_string(appeared.size()) +
                   " new sockets is the connection to " + node_.name);
}

}  // namespace tstack::db
