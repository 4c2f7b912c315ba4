#include "common/http/listener.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/http/address.h"

namespace tstack::http {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using asio::ip::tcp;
using Unix = asio::local::stream_protocol;

// Out of file descriptors: trying again at once would spin.
constexpr auto kRetryAccept = std::chrono::milliseconds(100);

void Prepare(tcp::socket& socket) {
  ErrorCode ignored;
  socket.set_option(tcp::no_delay(true), ignored);
}
void Prepare(Unix::socket&) {}

// A killed process loses its descriptors from the highest to the lowest (Linux runs deferred closes
// last in, first out). The listener must go before its connections, and so stand above them: a
// client whose connection broke, and who tries again at once, would otherwise be queued at the
// dying listener though others share its port, and lose that connection too.
constexpr rlim_t kAboveConnections = 16384;
constexpr rlim_t kListeners = 64;

template <typename Acceptor, typename Endpoint>
void MoveUp(Acceptor& acceptor, const Endpoint& endpoint) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= kListeners) return;
  const rlim_t top = std::min(limit.rlim_cur, kAboveConnections) - kListeners;
  const int moved = ::fcntl(acceptor.native_handle(), F_DUPFD_CLOEXEC, static_cast<int>(top));
  if (moved < 0) return;  // it serves as well where it is
  ErrorCode ignored;
  acceptor.close(ignored);
  acceptor.assign(endpoint.protocol(), moved, ignored);
}

std::string RemoteAddress(tcp::socket& socket) {
  ErrorCode error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "";
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}
std::string RemoteAddress(Unix::socket&) { return "unix"; }

template <typename Protocol>
class ProtocolListener final : public Listener {
 public:
  ProtocolListener(AsioLoop& loop, AcceptTarget target)
      : target_(std::move(target)), acceptor_(loop.context()), retry_(loop.context()) {}
  ~ProtocolListener() override {
    if (!unlink_.empty()) ::unlink(unlink_.c_str());
  }

  Status Bind(const typename Protocol::endpoint& endpoint, const std::string& text) {
    ErrorCode error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) MoveUp(acceptor_, endpoint);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    // Several processes of one user may share a port: the kernel spreads connections over those
    // that live.
    if constexpr (std::is_same_v<Protocol, asio::ip::tcp>) {
      using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
      if (!error) acceptor_.set_option(ReusePort(true), error);
    }
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(1024, error);
    if (error)
      return Error(StatusCode::kUnavailable, "CANNOT_LISTEN",
                   absl::StrCat("cannot listen on ", text, ": ", error.message()));
    return absl::OkStatus();
  }
  void SetAddress(std::string address) { address_ = std::move(address); }
  void UnlinkAtEnd(std::string path) { unlink_ = std::move(path); }
  typename Protocol::endpoint local() const { return acceptor_.local_endpoint(); }

  const std::string& address() const override { return address_; }
  void Resume() override {
    paused_ = false;
    Accept();
  }
  void Pause() override { paused_ = true; }
  void Close() override {
    paused_ = true;
    ErrorCode ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  }

 private:
  void Accept() {
    if (paused_ || accepting_) return;
    accepting_ = true;
    AsioLoop& loop = target_.next_loop();
    acceptor_.async_accept(loop.context(),
                           [this, &loop](const ErrorCode& error, typename Protocol::socket socket) {
                             accepting_ = false;
                             if (error == asio::error::operation_aborted) return;
                             if (error) return RetryLater();
                             Prepare(socket);
                             std::string remote = RemoteAddress(socket);
                             target_.accepted(loop, Socket(std::move(socket)), std::move(remote));
                             Accept();
                           });
  }
  void RetryLater() {
    retry_.expires_after(kRetryAccept);
    retry_.async_wait([this](const ErrorCode& error) {
      if (!error) Accept();
    });
  }

  const AcceptTarget target_;
  typename Protocol::acceptor acceptor_;
  asio::steady_timer retry_;
  std::string address_;
  std::string unlink_;
  bool paused_ = true;
  bool accepting_ = false;
};

// A file that nobody listens on is left over from a process that was killed.
Status RemoveStaleSocket(AsioLoop& loop, const Unix::endpoint& endpoint) {
  Unix::socket probe(loop.context());
  ErrorCode error;
  probe.connect(endpoint, error);
  if (!error)
    return Error(StatusCode::kUnavailable, "CANNOT_LISTEN",
                 absl::StrCat("somebody listens on ", endpoint.path(), " already"));
  if (error == asio::error::connection_refused) ::unlink(endpoint.path().c_str());
  return absl::OkStatus();
}

StatusOr<std::unique_ptr<Listener>> ListenUnix(AsioLoop& loop, const std::string& path,
                                               AcceptTarget target) {
  constexpr size_t kMaxPath = 107;
  if (path.empty() || path.size() > kMaxPath)
    return Error(StatusCode::kInvalidArgument, "BAD_ADDRESS",
                 absl::StrCat("not a path for a socket: ", path));
  const Unix::endpoint endpoint(path);
  RETURN_IF_ERROR(RemoveStaleSocket(loop, endpoint));
  auto listener = std::make_unique<ProtocolListener<Unix>>(loop, std::move(target));
  RETURN_IF_ERROR(listener->Bind(endpoint, path));
  listener->UnlinkAtEnd(path);
  listener->SetAddress("unix:" + path);
  return listener;
}

// "host:0" is no host and port for a header, but here it asks for a free port.
StatusOr<HostPort> ParseListen(const std::string& address) {
  const size_t colon = address.rfind(':');
  const bool free_port = colon != std::string::npos && address.substr(colon) == ":0";
  const auto host = ParseHostPort(free_port ? address.substr(0, colon) : address);
  if (!host || (host->port == 0 && !free_port))
    return Error(StatusCode::kInvalidArgument, "BAD_ADDRESS",
                 absl::StrCat("not a host and port to listen on: ", address));
  return *host;
}

StatusOr<std::unique_ptr<Listener>> ListenTcp(AsioLoop& loop, const std::string& address,
                                              AcceptTarget target) {
  ASSIGN_OR_RETURN(const HostPort host, ParseListen(address));
  ErrorCode error;
  tcp::resolver resolver(loop.context());
  const auto found =
      resolver.resolve(host.host, std::to_string(host.port),
                       tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty())
    return Error(StatusCode::kInvalidArgument, "BAD_ADDRESS",
                 absl::StrCat("no address is known for ", address));
  auto listener = std::make_unique<ProtocolListener<tcp>>(loop, std::move(target));
  RETURN_IF_ERROR(listener->Bind(found.begin()->endpoint(), address));
  listener->SetAddress(
      FormatHostPort({listener->local().address().to_string(), listener->local().port()}));
  return listener;
}

}  // namespace

StatusOr<std::unique_ptr<Listener>> MakeListener(AsioLoop& loop, const std::string& address,
                                                 AcceptTarget target) {
  if (absl::StartsWith(address, "unix:"))
    return ListenUnix(loop, address.substr(5), std::move(target));
  return ListenTcp(loop, address, std::move(target));
}

}  // namespace tstack::http
