// A blocking socket with time-outs, with or without TLS. Only for client.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/http/client.h"

namespace tstack::http {

class ClientSocket {
 public:
  virtual ~ClientSocket() = default;
  virtual Status Write(std::string_view bytes) = 0;
  // "" once the peer has finished.
  virtual StatusOr<std::string> Read() = 0;
  virtual void CloseWrite() = 0;
};

StatusOr<std::unique_ptr<ClientSocket>> ConnectClientSocket(const ClientOptions& options);

}  // namespace tstack::http
