#include "common/http/client_socket.h"

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/http/address.h"

namespace tstack::http {
namespace {

constexpr size_t kReadSize = 16 * 1024;

Status Lost(std::string_view what) {
  const bool slow = errno == EAGAIN || errno == EWOULDBLOCK;
  return Error(slow ? StatusCode::kDeadlineExceeded : StatusCode::kUnavailable,
               slow ? "HTTP_TIMEOUT" : "CONNECTION_LOST",
               absl::StrCat(std::string(what), ": ", std::strerror(errno)));
}

class PlainSocket : public ClientSocket {
 public:
  explicit PlainSocket(int fd) : fd_(fd) {}
  ~PlainSocket() override { ::close(fd_); }

  Status Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return Lost("sending");
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return absl::OkStatus();
  }
  StatusOr<std::string> Read() override {
    std::string buffer(kReadSize, '\0');
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got < 0) return Lost("receiving");
    buffer.resize(static_cast<size_t>(got));
    return buffer;
  }
  void CloseWrite() override { ::shutdown(fd_, SHUT_WR); }

 protected:
  const int fd_;
};

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

int NativeVersion(int version) {
  switch (version) {
    case 11:
      return TLS1_1_VERSION;
    case 12:
      return TLS1_2_VERSION;
    case 13:
      return TLS1_3_VERSION;
    default:
      return 0;
  }
}

class TlsSocket final : public PlainSocket {
 public:
  using PlainSocket::PlainSocket;

  Status Handshake(const ClientOptions& options) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (options.tls_version != 0) {
      SSL_CTX_set_security_level(context_.get(), 0);  // else OpenSSL refuses to even ask for 1.1
      SSL_CTX_set_min_proto_version(context_.get(), NativeVersion(options.tls_version));
      SSL_CTX_set_max_proto_version(context_.get(), NativeVersion(options.tls_version));
    }
    if (SSL_CTX_load_verify_file(context_.get(), options.ca_file.c_str()) != 1)
      return Error(StatusCode::kInvalidArgument, "BAD_TLS_FILES",
                   absl::StrCat("cannot read ", options.ca_file));
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set1_host(ssl_.get(), options.server_name.c_str());
    SSL_set_tlsext_host_name(ssl_.get(), options.server_name.c_str());
    static constexpr unsigned char kHttp11[] = "\x08http/1.1";
    SSL_set_alpn_protos(ssl_.get(), kHttp11, sizeof(kHttp11) - 1);
    SSL_set_fd(ssl_.get(), fd_);
    if (SSL_connect(ssl_.get()) == 1) return absl::OkStatus();
    return Error(StatusCode::kUnauthenticated, "TLS_HANDSHAKE_FAILED",
                 absl::StrCat("TLS handshake: ", ERR_error_string(ERR_get_error(), nullptr)));
  }

  Status Write(std::string_view bytes) override {
    if (bytes.empty()) return absl::OkStatus();
    const int sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    return sent > 0 ? absl::OkStatus() : Lost("sending");
  }
  StatusOr<std::string> Read() override {
    std::string buffer(kReadSize, '\0');
    const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (got > 0) {
      buffer.resize(static_cast<size_t>(got));
      return buffer;
    }
    if (SSL_get_error(ssl_.get(), got) == SSL_ERROR_ZERO_RETURN) return std::string();
    return Lost("receiving");
  }
  void CloseWrite() override { SSL_shutdown(ssl_.get()); }

 private:
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

void SetTimeouts(int fd, absl::Duration timeout) {
  const timeval value = absl::ToTimeval(timeout);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof(value));
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof(value));
}

StatusOr<int> ConnectTo(const sockaddr* address, socklen_t size, const ClientOptions& options) {
  const int fd = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return Lost("socket");
  SetTimeouts(fd, options.timeout);
  if (::connect(fd, address, size) == 0) return fd;
  Status status = Lost("connecting to " + options.address);
  ::close(fd);
  return status;
}

StatusOr<int> ConnectUnix(const ClientOptions& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = options.address.substr(5);
  if (path.size() >= sizeof(address.sun_path))
    return Error(StatusCode::kInvalidArgument, "BAD_ADDRESS", "the socket's path is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof(address), options);
}

StatusOr<int> ConnectTcp(const ClientOptions& options) {
  const auto host = ParseHostPort(options.address);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (!host ||
      ::getaddrinfo(host->host.c_str(), std::to_string(host->port).c_str(), &hints, &found) != 0) {
    return Error(StatusCode::kUnavailable, "BAD_ADDRESS",
                 absl::StrCat("no address is known for ", options.address));
  }
  StatusOr<int> fd = absl::InternalError("");
  for (const addrinfo* one = found; one != nullptr && !fd.ok(); one = one->ai_next)
    fd = ConnectTo(one->ai_addr, one->ai_addrlen, options);
  ::freeaddrinfo(found);
  return fd;
}

}  // namespace

StatusOr<std::unique_ptr<ClientSocket>> ConnectClientSocket(const ClientOptions& options) {
  const bool is_unix = absl::StartsWith(options.address, "unix:");
  ASSIGN_OR_RETURN(const int fd, is_unix ? ConnectUnix(options) : ConnectTcp(options));
  if (!options.tls) return std::make_unique<PlainSocket>(fd);
  auto socket = std::make_unique<TlsSocket>(fd);
  RETURN_IF_ERROR(socket->Handshake(options));
  return socket;
}

}  // namespace tstack::http
