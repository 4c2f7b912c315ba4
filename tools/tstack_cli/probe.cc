#include "tools/tstack_cli/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tstack::cli {
namespace {

Status Unreachable(const std::string& address) {
  return Error(StatusCode::kUnavailable, "UNREACHABLE",
               absl::StrCat(address, ": ", strerror(errno)));
}

int ConnectUnix(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return -1;
  memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

int ConnectTcp(const std::string& host, int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return -1;
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

int Connect(const std::string& address) {
  constexpr size_t kUnix = 5;
  if (address.rfind("unix:", 0) == 0) return ConnectUnix(address.substr(kUnix));
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port)) return -1;
  return ConnectTcp(address.substr(0, colon), port);
}

}  // namespace

StatusOr<std::string> Exchange(const std::string& address, const std::string& request,
                               size_t enough, absl::Duration patience) {
  const int fd = Connect(address);
  if (fd < 0) return Unreachable(address);
  const timeval limit = absl::ToTimeval(patience);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  std::string answer;
  char buffer[16384];
  ssize_t n = send(fd, request.data(), request.size(), MSG_NOSIGNAL);
  while (n > 0 && answer.size() < enough && (n = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
    answer.append(buffer, n);
  }
  const Status failed = Unreachable(address);
  close(fd);
  if (answer.empty()) return failed;
  return answer;
}

StatusOr<HttpAnswer> HttpGet(const std::string& address, const std::string& path,
                             absl::Duration patience) {
  const std::string request =
      absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  ASSIGN_OR_RETURN(const std::string text, Exchange(address, request, 1 << 24, patience));
  HttpAnswer answer;
  const size_t space = text.find(' ');
  const size_t body = text.find("\r\n\r\n");
  if (text.rfind("HTTP/", 0) != 0 || body == std::string::npos ||
      !absl::SimpleAtoi(text.substr(space + 1, 3), &answer.status)) {
    return Error(StatusCode::kUnavailable, "BAD_ANSWER", address + " does not speak HTTP");
  }
  answer.body = text.substr(body + 4);
  return answer;
}

Status CheckReady(const std::string& telemetry_address) {
  ASSIGN_OR_RETURN(const HttpAnswer answer, HttpGet(telemetry_address, "/readyz"));
  if (answer.status == 200) return absl::OkStatus();
  std::string reason = answer.body.substr(0, 200);
  absl::StripTrailingAsciiWhitespace(&reason);
  return Error(StatusCode::kUnavailable, "NOT_READY", reason.empty() ? "not ready" : reason);
}

Status CheckAmqp(int port) {
  constexpr char kHello[] = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  constexpr char kConnectionStart[] = {1, 0, 0};  // a method frame on channel 0
  ASSIGN_OR_RETURN(const std::string answer, Exchange(absl::StrCat("127.0.0.1:", port),
                                                      std::string(kHello, sizeof(kHello)), 11));
  if (answer.size() >= 11 &&
      memcmp(answer.data(), kConnectionStart, sizeof(kConnectionStart)) == 0) {
    return absl::OkStatus();
  }
  return Error(StatusCode::kUnavailable, "BAD_ANSWER", "the broker does not greet");
}

bool IsPortTaken(int port) {
  const int fd = ConnectTcp("127.0.0.1", port);
  if (fd < 0) return false;
  close(fd);
  return true;
}

}  // namespace tstack::cli
