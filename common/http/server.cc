#include "common/http/server.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

#include "common/http/asio_loop.h"
#include "common/http/asio_transport.h"
#include "common/http/connection.h"
#include "common/http/listener.h"
#include "common/http/tls_source.h"

namespace tstack::http {
namespace {

class AsioServer final : public Server {
 public:
  AsioServer(ServerOptions options, ServerCallbacks callbacks)
      : options_(std::move(options)),
        rules_(std::make_shared<ConnectionRules>(options_.limits, std::move(callbacks),
                                                 *options_.clock)) {}
  ~AsioServer() override { Shutdown(absl::ZeroDuration()); }

  Status Listen();

  const std::vector<std::string>& addresses() const override { return addresses_; }
  int connections() const override {
    absl::MutexLock lock(&mutex_);
    return static_cast<int>(connections_.size());
  }
  void StartDraining() override { rules_->draining = true; }
  void Shutdown(absl::Duration drain) override;

 private:
  Status AddListener(const ListenerOptions& options);
  void OnAccepted(const ListenerOptions& options, TlsSource* tls, AsioLoop& loop, Socket socket,
                  std::string remote_address);
  void OnClosed(Connection* connection);
  void StopListening();
  // Runs `action` for every connection, each on its loop.
  void ForEach(void (Connection::*action)());
  bool AllClosed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return connections_.empty(); }
  AsioLoop& accept_loop() { return *loops_.front(); }

  const ServerOptions options_;
  const std::shared_ptr<ConnectionRules> rules_;
  std::vector<std::shared_ptr<AsioLoop>> loops_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::string> addresses_;
  size_t next_loop_ = 0;  // on the accepting thread

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Connection*, std::shared_ptr<Connection>> connections_
      ABSL_GUARDED_BY(mutex_);
  bool shut_ ABSL_GUARDED_BY(mutex_) = false;
};

Status AsioServer::Listen() {
  for (int i = 0; i < std::max(1, options_.threads); ++i)
    loops_.push_back(std::make_shared<AsioLoop>(*options_.clock));
  for (const ListenerOptions& listener : options_.listeners) RETURN_IF_ERROR(AddListener(listener));
  accept_loop().Post([this] {
    for (const auto& listener : listeners_) listener->Resume();
  });
  return absl::OkStatus();
}

Status AsioServer::AddListener(const ListenerOptions& options) {
  std::shared_ptr<TlsSource> tls;
  if (options.tls != nullptr) {
    ASSIGN_OR_RETURN(tls, TlsSource::Load(*options.tls, *options_.clock));
  }
  AcceptTarget target;
  target.next_loop = [this]() -> AsioLoop& { return *loops_[next_loop_++ % loops_.size()]; };
  target.accepted = [this, &options, tls](AsioLoop& loop, Socket socket, std::string remote) {
    OnAccepted(options, tls.get(), loop, std::move(socket), std::move(remote));
  };
  ASSIGN_OR_RETURN(auto listener, MakeListener(accept_loop(), options.address, std::move(target)));
  addresses_.push_back(listener->address());
  listeners_.push_back(std::move(listener));
  return absl::OkStatus();
}

void AsioServer::OnAccepted(const ListenerOptions& options, TlsSource* tls, AsioLoop& loop,
                            Socket socket, std::string remote_address) {
  std::shared_ptr<AsioLoop> owner;
  for (const auto& candidate : loops_)
    if (candidate.get() == &loop) owner = candidate;
  auto transport = tls == nullptr ? MakePlainTransport(std::move(socket))
                                  : MakeTlsTransport(std::move(socket), tls->Current());
  auto connection =
      std::make_shared<Connection>(owner, std::move(transport), rules_,
                                   ConnectionOrigin{options.name, std::move(remote_address)},
                                   [this](Connection* closed) { OnClosed(closed); });
  {
    absl::MutexLock lock(&mutex_);
    connections_[connection.get()] = connection;
    rules_->crowded = static_cast<int>(connections_.size()) >= options_.limits.connections;
  }
  if (rules_->crowded)
    for (const auto& listener : listeners_) listener->Pause();
  loop.Post([connection] { connection->Start(); });
}

void AsioServer::OnClosed(Connection* connection) {
  bool resume = false;
  {
    absl::MutexLock lock(&mutex_);
    connections_.erase(connection);
    const bool room = static_cast<int>(connections_.size()) < options_.limits.connections;
    resume = !shut_ && room && rules_->crowded.exchange(false);
    if (!resume) return;
  }
  accept_loop().Post([this] {
    absl::MutexLock lock(&mutex_);
    if (shut_ || rules_->crowded) return;
    for (const auto& listener : listeners_) listener->Resume();
  });
}

void AsioServer::StopListening() {
  absl::Notification closed;
  accept_loop().Post([this, &closed] {
    for (const auto& listener : listeners_) listener->Close();
    closed.Notify();
  });
  closed.WaitForNotification();
}

void AsioServer::ForEach(void (Connection::*action)()) {
  std::vector<std::shared_ptr<Connection>> all;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [key, connection] : connections_) all.push_back(connection);
  }
  for (const auto& connection : all)
    connection->loop().Post([connection, action] { (connection.get()->*action)(); });
}

void AsioServer::Shutdown(absl::Duration drain) {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(shut_, true)) return;
  }
  if (loops_.empty()) return;
  StopListening();
  rules_->draining = true;
  ForEach(&Connection::CloseIfIdle);
  const absl::Condition all_closed(this, &AsioServer::AllClosed);
  {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(all_closed, drain);
  }
  ForEach(&Connection::Close);
  {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(all_closed);
  }
  for (const auto& loop : loops_) loop->End();
  listeners_.clear();
}

}  // namespace

StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options, ServerCallbacks callbacks) {
  if (callbacks.handle == nullptr || options.listeners.empty())
    return Error(StatusCode::kInvalidArgument, "BAD_SERVER_OPTIONS",
                 "an HTTP server needs a handler and a listener");
  auto server = std::make_unique<AsioServer>(std::move(options), std::move(callbacks));
  RETURN_IF_ERROR(server->Listen());
  return server;
}

}  // namespace tstack::http
