// Stands between a channel and a server on loopback TCP and can fall silent: bytes vanish, nothing
// is closed. What a pulled cable looks like.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace tstack::rpc {

// One connection at a time. Thread-safe.
class SilentProxy {
 public:
  // `server`: "127.0.0.1:port".
  explicit SilentProxy(const std::string& server);
  ~SilentProxy();
  SilentProxy(const SilentProxy&) = delete;
  SilentProxy& operator=(const SilentProxy&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void FallSilent() { silent_ = true; }

 private:
  void Serve(const std::stop_token& stop);
  void Forward(int client, int server, const std::stop_token& stop);

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> silent_ = false;
  std::jthread thread_;
};

}  // namespace tstack::rpc
