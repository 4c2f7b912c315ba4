#include "common/testing/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <iostream>

#include "common/testing/environment.h"

namespace tstack::testing {

struct CuttingProxy::Session {
  int client = -1;
  int server = -1;
  std::string pending;  // bytes of the client's packet that is not complete yet
  bool swallow_answer =
      false;          // the next bytes from the server are thrown away, then the connection is cut
  bool held = false;  // a stalled COMMIT: nothing is forwarded any more
  std::thread thread;

  ~Session() {
    if (thread.joinable()) thread.join();
    close(client);
    close(server);
  }
  void Shutdown() const {
    shutdown(client, SHUT_RDWR);
    shutdown(server, SHUT_RDWR);
  }
};

namespace {

constexpr size_t kHeader = 4;  // three bytes of length, one of sequence
constexpr char kComQuery = 3;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

std::string Receive(int fd) {
  std::array<char, 16384> buffer;
  const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
  return got > 0 ? std::string(buffer.data(), static_cast<size_t>(got)) : "";
}

// The first whole packet of `bytes`, cut off from it; "" if there is none yet.
std::string TakePacket(std::string& bytes) {
  if (bytes.size() < kHeader) return "";
  const auto byte = [&](size_t i) {
    return static_cast<size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const size_t size = kHeader + byte(0) + (byte(1) << 8) + (byte(2) << 16);
  if (bytes.size() < size) return "";
  std::string packet = bytes.substr(0, size);
  bytes.erase(0, size);
  return packet;
}

bool IsCommit(const std::string& packet) {
  return packet[3] == 0 && packet.size() > kHeader && packet[kHeader] == kComQuery &&
         packet.substr(kHeader + 1) == "COMMIT";
}

}  // namespace

CuttingProxy::CuttingProxy(int server_port)
    : server_port_(server_port),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      port_(FreePort()) {
  const int yes = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const sockaddr_in address = Loopback(port_);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener_, 64) != 0) {
    std::cerr << "cutting proxy: cannot listen on " << port_ << "\n";
    std::abort();
  }
  acceptor_ = std::thread([this] { Accept(); });
}

CuttingProxy::~CuttingProxy() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  CutAll();
  std::list<std::unique_ptr<Session>> ending;
  {
    absl::MutexLock lock(&mutex_);
    ending.swap(sessions_);
  }
  ending.clear();
  close(listener_);
}

void CuttingProxy::Arm(Cut cut, int times) {
  absl::MutexLock lock(&mutex_);
  armed_ = cut;
  armed_times_ = times;
}

void CuttingProxy::CutAfterBytes(int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  bytes_left_ = bytes;
}

void CuttingProxy::CutAll() {
  absl::MutexLock lock(&mutex_);
  for (const auto& session : sessions_) session->Shutdown();
}

void CuttingProxy::Refuse(bool refuse) {
  absl::MutexLock lock(&mutex_);
  refuse_ = refuse;
}

void CuttingProxy::Stall(bool stall) {
  absl::MutexLock lock(&mutex_);
  stall_ = stall;
}

int CuttingProxy::commits_seen() const {
  absl::MutexLock lock(&mutex_);
  return commits_;
}

int CuttingProxy::cuts_done() const {
  absl::MutexLock lock(&mutex_);
  return cuts_;
}

int CuttingProxy::connections_accepted() const {
  absl::MutexLock lock(&mutex_);
  return accepted_;
}

void CuttingProxy::Accept() {
  while (true) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    absl::MutexLock lock(&mutex_);
    if (stopping_ || client < 0) {
      if (client >= 0) close(client);
      return;
    }
    ++accepted_;
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(server_port_);
    if (refuse_ ||
        connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      close(client);
      close(server);
      continue;
    }
    const int yes = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    Session& session = *sessions_.emplace_back(std::make_unique<Session>());
    session.client = client;
    session.server = server;
    session.thread = std::thread([this, &session] { Serve(session); });
  }
}

void CuttingProxy::Serve(Session& session) {
  while (true) {
    pollfd sides[] = {{session.client, POLLIN, 0}, {session.server, POLLIN, 0}};
    if (poll(sides, 2, -1) < 0 || !WaitWhileStalled()) break;
    if (sides[0].revents != 0 && !FromClient(session)) break;
    if (sides[1].revents != 0 && !FromServer(session)) break;
  }
  session.Shutdown();
}

bool CuttingProxy::WaitWhileStalled() {
  absl::MutexLock lock(&mutex_);
  const auto going = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return stopping_ || !stall_; };
  mutex_.Await(absl::Condition(&going));
  return !stopping_;
}

bool CuttingProxy::FromClient(Session& session) {
  const std::string bytes = Receive(session.client);
  if (bytes.empty()) return false;
  session.pending += bytes;
  if (session.held) return true;
  for (std::string packet = TakePacket(session.pending); !packet.empty();
       packet = TakePacket(session.pending)) {
    if (!ForwardPacket(session, packet)) return false;
  }
  return true;
}

bool CuttingProxy::ForwardPacket(Session& session, const std::string& packet) {
  switch (IsCommit(packet) ? TakeCut() : Cut::kNone) {
    case Cut::kBeforeCommit:
      return false;
    case Cut::kStallCommit:
      session.held = true;
      return true;
    case Cut::kAfterCommit:
      session.swallow_answer = true;
      break;
    case Cut::kNone:
      break;
  }
  return SendAll(session.server, packet);
}

bool CuttingProxy::FromServer(Session& session) {
  std::string bytes = Receive(session.server);
  // An answer means that COMMIT was executed: now the client may lose it.
  if (bytes.empty() || session.swallow_answer) return false;
  bool cut = false;
  {
    absl::MutexLock lock(&mutex_);
    if (bytes_left_ >= 0 && static_cast<int64_t>(bytes.size()) > bytes_left_) {
      bytes.resize(static_cast<size_t>(bytes_left_));
      bytes_left_ = -1;
      ++cuts_;
      cut = true;
    } else if (bytes_left_ >= 0) {
      bytes_left_ -= static_cast<int64_t>(bytes.size());
    }
  }
  return SendAll(session.client, bytes) && !cut;
}

Cut CuttingProxy::TakeCut() {
  absl::MutexLock lock(&mutex_);
  ++commits_;
  if (armed_times_ == 0) return Cut::kNone;
  --armed_times_;
  ++cuts_;
  return armed_;
}

}  // namespace tstack::testing
