// A small blocking HTTP/1.1 client for tests and for `tstack`: one connection, one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/http/http.h"
#include "common/status/status.h"

namespace tstack::http {

struct ClientOptions {
  std::string address;  // "127.0.0.1:8080" or "unix:/path"
  bool tls = false;
  std::string ca_file;                         // PEM; required with tls
  std::string server_name = "localhost";       // must be in the server's certificate
  int tls_version = 0;                         // 0, or exactly this: 11, 12 or 13
  absl::Duration timeout = absl::Seconds(10);  // of each read and write
};

class Client {
 public:
  // kUnavailable if nobody answers, kUnauthenticated if the certificate does not fit.
  static StatusOr<std::unique_ptr<Client>> Connect(const ClientOptions& options);
  virtual ~Client() = default;

  // Sends and waits for the answer. Adds Host and, for a body, Content-Length. kUnavailable if the
  // server closed the connection, kDeadlineExceeded if it is silent.
  virtual StatusOr<Response> Send(const Request& request) = 0;

  // The parts of it, for tests of what no good client does.
  virtual Status SendRaw(std::string_view bytes) = 0;
  // `head`: the answer to a HEAD has no body.
  virtual StatusOr<Response> Receive(bool head = false) = 0;
  // Everything until the server closes.
  virtual StatusOr<std::string> ReceiveRaw() = 0;
  virtual void CloseWrite() = 0;
};

// GET on a connection of its own.
StatusOr<Response> Fetch(const ClientOptions& options, std::string_view target);

}  // namespace tstack::http
