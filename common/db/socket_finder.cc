#include "common/db/socket_finder.h"

#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>

namespace tstack::db {
namespace {

std::shared_ptr<std::mutex> MutexOf(const std::string& address) {
  static std::mutex guard;
  static auto& mutexes = *new std::map<std::string, std::shared_ptr<std::mutex>>();
  std::lock_guard lock(guard);
  std::shared_ptr<std::mutex>& mutex = mutexes[address];
  if (mutex == nullptr) mutex = std::make_shared<std::mutex>();
  return mutex;
}

bool IsPeer(const sockaddr_storage& peer, const Node& node) {
  if (!node.unix_path.empty()) {
    if (peer.ss_family != AF_UNIX) return false;
    sockaddr_un address{};
    std::memcpy(&address, &peer, sizeof(address));
    return node.unix_path == address.sun_path;
  }
  sockaddr_in address{};  // the port stands at the same place in sockaddr_in6
  std::memcpy(&address, &peer, sizeof(address));
  const bool tcp = peer.ss_family == AF_INET || peer.ss_family == AF_INET6;
  return tcp && ntohs(address.sin_port) == node.port;
}

}  // namespace

SocketFinder::SocketFinder(const Node& node)
    : node_(node), address_(MutexOf(node.name)), lock_(*address_), before_(SocketsToNode()) {}

SocketFinder::Sockets SocketFinder::SocketsToNode() const {
  Sockets sockets;
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return sockets;
  while (const dirent* entry = readdir(folder)) {
    const int fd = std::atoi(entry->d_name);  // "." gives 0, which is no socket to a database
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    struct stat info{};
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || !IsPeer(peer, node_))
      continue;
    if (fstat(fd, &info) == 0) sockets[fd] = info.st_ino;
  }
  closedir(folder);
  return sockets;
}

int SocketFinder::Find() const {
  int found = -1;
  for (const auto& [fd, inode] : SocketsToNode()) {
    const auto known = before_.find(fd);
    if (known != before_.end() && known->second == inode) continue;
    if (found >= 0) return -1;
    found = fd;
  }
  return found;
}

}  // namespace tstack::db
