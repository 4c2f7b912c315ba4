// An HTTP/1.1 server: TCP and unix sockets, with and without TLS 1.2+, keep-alive, pipelining,
// chunked bodies both ways, limits, time-outs and a graceful stop. One event loop a thread;
// handlers run on these threads and must not block: they answer later, from any thread, through a
// Responder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/http/http.h"
#include "common/http/responder.h"
#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::http {

// PEM files, read at Start and again, within a second, for new connections after they changed.
// Replace them by renaming: a half-written file is tried, refused and reported.
struct TlsFiles {
  std::string certificate_file;  // chain, the server's own certificate first
  std::string key_file;
};

struct ListenerOptions {
  std::string name;               // seen in Request::listener
  std::string address;            // "127.0.0.1:8080", "[::]:0", "host:port" or "unix:/path"
  std::unique_ptr<TlsFiles> tls;  // null: plain
  ListenerOptions() = default;
  ListenerOptions(std::string listener_name, std::string listen_address)
      : name(std::move(listener_name)), address(std::move(listen_address)) {}
};

struct Limits {
  size_t header_bytes = 16 * 1024;        // request line and header fields; beyond: 431
  uint64_t body_bytes = 8 * 1024 * 1024;  // whole bodies; beyond: 413. Streamed bodies have none
  size_t stream_window = 256 * 1024;      // bytes held for one streamed body, either way
  int connections = 4096;                 // beyond: new ones wait to be accepted

  // A peer that is slower loses its connection (408 if it has begun a request).
  absl::Duration header_timeout = absl::Seconds(10);  // TLS handshake; first byte to end of head
  absl::Duration body_timeout = absl::Seconds(30);    // grace, plus size / min_rate
  absl::Duration write_timeout = absl::Seconds(30);   // grace, plus size / min_rate
  absl::Duration idle_timeout = absl::Seconds(75);    // between requests
  int64_t min_rate = 16 * 1024;                       // bytes a second
};

struct ServerOptions {
  std::vector<ListenerOptions> listeners;
  int threads = 2;
  Limits limits;
  const Clock* clock = &RealClock();  // of Date, deadlines and the look at TLS files
};

// What the server asks of its owner. All functions run on the server's threads, must be thread-safe
// and must not block; only `handle` is required. An exception out of them answers 500.
struct ServerCallbacks {
  // A complete request. Dropping the responder unanswered answers 500.
  std::function<void(Request, Responder)> handle;

  // Asked with the head of a request that has a body (Request::body is empty): true gives it to
  // handle_stream at once instead of collecting the body.
  std::function<bool(const Request& head)> wants_stream;
  std::function<void(Request head, std::shared_ptr<RequestBody>, Responder)> handle_stream;

  // The answer to a request that never reaches a handler: 400, 408, 413, 417, 431, 500, 501, 505.
  // `head` is as much as was understood, possibly nothing. Default: a line of text.
  std::function<Response(const Request& head, int status)> refuse;
};

// Serves from Start() on; the destructor is Shutdown(0). Thread-safe.
class Server {
 public:
  // kInvalidArgument for options that cannot work (address, certificate), kUnavailable if an
  // address cannot be bound. An existing unix socket file that nobody listens on is replaced.
  static StatusOr<std::unique_ptr<Server>> Start(ServerOptions options, ServerCallbacks callbacks);
  virtual ~Server() = default;

  // Listening addresses in the order of the options, with real ports: "127.0.0.1:34567".
  virtual const std::vector<std::string>& addresses() const = 0;
  // Connections that are open now.
  virtual int connections() const = 0;
  // From now on answers carry `Connection: close`; connections are still accepted. For the time in
  // which a load balancer notices that this process is going away.
  virtual void StartDraining() = 0;
  // Stops accepting, closes idle connections, lets running requests finish for at most `drain`,
  // then cuts what is left. Blocks; idempotent. Not on a thread of the server.
  virtual void Shutdown(absl::Duration drain) = 0;
};

}  // namespace tstack::http
