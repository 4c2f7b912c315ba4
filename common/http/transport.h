// A connected socket, with or without TLS, as a connection sees it; implemented on Asio, faked in
// tests.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tstack::http {

// On the loop's thread only. At most one read and one write run at a time; their functions are
// called later, never from within the call, also after Close().
class Transport {
 public:
  virtual ~Transport() = default;
  virtual bool tls() const = 0;
  virtual void Handshake(std::function<void(bool ok)> done) = 0;
  // 0 bytes: the peer has finished, or the connection is broken.
  virtual void Read(char* buffer, size_t size, std::function<void(size_t bytes)> done) = 0;
  virtual void Write(std::vector<std::string> pieces, std::function<void(bool ok)> done) = 0;
  // Tells the peer that nothing more will come.
  virtual void ShutdownWrite(std::function<void()> done) = 0;
  virtual void Close() = 0;
  // Nothing will come or go for a while, as it seems: gives memory back. The next use takes it
  // again.
  virtual void ReleaseBuffers() {}
};

}  // namespace tstack::http
