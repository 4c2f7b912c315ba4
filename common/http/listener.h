// Accepts connections of one address. Only for the .cc files of this folder.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/http/asio_loop.h"
#include "common/http/asio_transport.h"
#include "common/status/status.h"

namespace tstack::http {

// Which loop takes the next connection, and what becomes of it.
struct AcceptTarget {
  std::function<AsioLoop&()> next_loop;
  // On the accepting loop's thread.
  std::function<void(AsioLoop& loop, Socket socket, std::string remote_address)> accepted;
};

// On its loop's thread, but for address().
class Listener {
 public:
  virtual ~Listener() = default;
  virtual const std::string& address() const = 0;
  // Accepts until Pause() or Close().
  virtual void Resume() = 0;
  virtual void Pause() = 0;
  virtual void Close() = 0;
};

// Binds and listens; accepts nothing before Resume().
StatusOr<std::unique_ptr<Listener>> MakeListener(AsioLoop& loop, const std::string& address,
                                                 AcceptTarget target);

}  // namespace tstack::http
