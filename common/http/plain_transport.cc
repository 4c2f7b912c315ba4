#include <boost/asio/write.hpp>

#include "common/http/asio_transport.h"

namespace tstack::http {
namespace {

using ErrorCode = boost::system::error_code;

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(Socket socket) : socket_(std::move(socket)) {}

  bool tls() const override { return false; }
  void Handshake(std::function<void(bool)> done) override { done(true); }

  void Read(char* buffer, size_t size, std::function<void(size_t)> done) override {
    socket_.async_read_some(boost::asio::buffer(buffer, size),
                            [done = std::move(done)](const ErrorCode& error, size_t bytes) {
                              done(error ? 0 : bytes);
                            });
  }

  void Write(std::vector<std::string> pieces, std::function<void(bool)> done) override {
    // Owned by the completion: the buffers must live until then.
    auto owned = std::make_shared<const std::vector<std::string>>(std::move(pieces));
    std::vector<boost::asio::const_buffer> buffers;
    buffers.reserve(owned->size());
    for (const std::string& piece : *owned) buffers.push_back(boost::asio::buffer(piece));
    boost::asio::async_write(
        socket_, std::move(buffers),
        [owned, done = std::move(done)](const ErrorCode& error, size_t) { done(!error); });
  }

  void ShutdownWrite(std::function<void()> done) override {
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    done();
  }

  void Close() override {
    ErrorCode ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<Transport> MakePlainTransport(Socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace tstack::http
