#include <openssl/ssl.h>

#include <utility>  // before Asio: Boost 1.74 forgets it

#include "absl/strings/str_cat.h"
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "common/http/asio_transport.h"

namespace tstack::http {
namespace {

namespace ssl = boost::asio::ssl;
using ErrorCode = boost::system::error_code;

// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else anyway.
constexpr char kCiphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// A client that offers only other protocols still gets HTTP/1.1, without ALPN's answer.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_size,
                   const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp11, sizeof(kHttp11), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Status TlsError(const std::string& what, const ErrorCode& error) {
  return Error(StatusCode::kInvalidArgument, "BAD_TLS_FILES",
               absl::StrCat("cannot use ", what, ": ", error.message()));
}

}  // namespace

class TlsContext {
 public:
  Status Load(const TlsFiles& files) {
    SSL_CTX* native = context_.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, kCiphers);
    SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    static constexpr unsigned char kSessions[] = "tstack";
    SSL_CTX_set_session_id_context(native, kSessions, sizeof(kSessions) - 1);
    SSL_CTX_set_alpn_select_cb(native, ChooseProtocol, nullptr);
    ErrorCode error;
    context_.use_certificate_chain_file(files.certificate_file, error);
    if (error) return TlsError(files.certificate_file, error);
    context_.use_private_key_file(files.key_file, ssl::context::pem, error);
    if (error) return TlsError(files.key_file, error);
    if (SSL_CTX_check_private_key(native) != 1)
      return Error(StatusCode::kInvalidArgument, "BAD_TLS_FILES",
                   absl::StrCat(files.key_file, " is not the key of ", files.certificate_file));
    return absl::OkStatus();
  }
  ssl::context& context() { return context_; }

 private:
  ssl::context context_{ssl::context::tls_server};
};

namespace {

class TlsTransport final : public Transport {
 public:
  TlsTransport(Socket socket, std::shared_ptr<TlsContext> context)
      : context_(std::move(context)), stream_(std::move(socket), context_->context()) {}

  bool tls() const override { return true; }

  void Handshake(std::function<void(bool)> done) override {
    stream_.async_handshake(ssl::stream_base::server,
                            [done = std::move(done)](const ErrorCode& error) { done(!error); });
  }

  void Read(char* buffer, size_t size, std::function<void(size_t)> done) override {
    stream_.async_read_some(boost::asio::buffer(buffer, size),
                            [done = std::move(done)](const ErrorCode& error, size_t bytes) {
                              done(error ? 0 : bytes);
                            });
  }

  // One record layer call for all pieces: a copy is cheaper than many small records.
  void Write(std::vector<std::string> pieces, std::function<void(bool)> done) override {
    auto owned = std::make_shared<std::string>(std::move(pieces.front()));
    for (size_t i = 1; i < pieces.size(); ++i) owned->append(pieces[i]);
    boost::asio::async_write(
        stream_, boost::asio::buffer(*owned),
        [owned, done = std::move(done)](const ErrorCode& error, size_t) { done(!error); });
  }

  void ShutdownWrite(std::function<void()> done) override {
    stream_.async_shutdown([done = std::move(done)](const ErrorCode&) { done(); });
  }

  // Not after every record (SSL_MODE_RELEASE_BUFFERS): two buffers of 17 kB made and freed for each
  // request are a fifth of what encryption costs. Kept if half a record is in them.
  void ReleaseBuffers() override { SSL_free_buffers(stream_.native_handle()); }

  void Close() override {
    ErrorCode ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  const std::shared_ptr<TlsContext> context_;
  ssl::stream<Socket> stream_;
};

}  // namespace

StatusOr<std::shared_ptr<TlsContext>> MakeTlsContext(const TlsFiles& files) {
  auto context = std::make_shared<TlsContext>();
  RETURN_IF_ERROR(context->Load(files));
  return context;
}

std::unique_ptr<Transport> MakeTlsTransport(Socket socket, std::shared_ptr<TlsContext> context) {
  return std::make_unique<TlsTransport>(std::move(socket), std::move(context));
}

}  // namespace tstack::http
