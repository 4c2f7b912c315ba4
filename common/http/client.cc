#include "common/http/client.h"

#include <utility>  // before Asio: Boost 1.74 forgets it

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <boost/beast/http/basic_parser.hpp>

#include "common/http/client_socket.h"

namespace tstack::http {
namespace {

namespace beast = boost::beast::http;
using ErrorCode = boost::system::error_code;
using BeastView = boost::beast::string_view;

class ResponseParser final : public beast::basic_parser<false> {
 public:
  explicit ResponseParser(bool head) {
    body_limit(uint64_t{1} << 40);
    header_limit(64 * 1024);
    eager(true);
    skip(head);
  }
  Response response;

 private:
  void on_request_impl(beast::verb, BeastView, BeastView, int, ErrorCode&) override {}
  void on_response_impl(int status, BeastView, int, ErrorCode&) override {
    response.status = status;
  }
  void on_field_impl(beast::field, BeastView name, BeastView value, ErrorCode&) override {
    response.headers.Add({name.data(), name.size()}, {value.data(), value.size()});
  }
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  size_t on_body_impl(BeastView body, ErrorCode&) override {
    response.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, ErrorCode&) override {}
  size_t on_chunk_body_impl(std::uint64_t, BeastView body, ErrorCode&) override {
    response.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(ErrorCode&) override {}
};

class BlockingClient final : public Client {
 public:
  BlockingClient(ClientOptions options, std::unique_ptr<ClientSocket> socket)
      : options_(std::move(options)), socket_(std::move(socket)) {}

  StatusOr<Response> Send(const Request& request) override {
    std::string bytes = absl::StrCat(request.method, " ", request.target, " HTTP/1.1\r\n");
    if (!request.headers.Find("Host"))
      absl::StrAppend(&bytes, "Host: ",
                      absl::StartsWith(options_.address, "unix:") ? "localhost" : options_.address,
                      "\r\n");
    for (const auto& [name, value] : request.headers.fields())
      absl::StrAppend(&bytes, name, ": ", value, "\r\n");
    if (!request.body.empty() && !request.headers.Find("Transfer-Encoding"))
      absl::StrAppend(&bytes, "Content-Length: ", request.body.size(), "\r\n");
    bytes += "\r\n";
    bytes += request.body;
    RETURN_IF_ERROR(SendRaw(bytes));
    return Receive(request.method == "HEAD");
  }

  Status SendRaw(std::string_view bytes) override { return socket_->Write(bytes); }

  StatusOr<Response> Receive(bool head) override {
    for (;;) {
      auto response = ReceiveOne(head);
      if (!response.ok() || response->status != 100) return response;
    }
  }

  StatusOr<std::string> ReceiveRaw() override {
    std::string all = std::exchange(input_, {});
    for (;;) {
      ASSIGN_OR_RETURN(const std::string piece, socket_->Read());
      if (piece.empty()) return all;
      all += piece;
    }
  }

  void CloseWrite() override { socket_->CloseWrite(); }

 private:
  StatusOr<Response> ReceiveOne(bool head) {
    ResponseParser parser(head);
    while (!parser.is_done()) {
      ErrorCode error;
      if (!input_.empty()) {
        const size_t used =
            parser.put(boost::asio::const_buffer(input_.data(), input_.size()), error);
        input_.erase(0, used);
        if (error && error != beast::error::need_more)
          return Error(StatusCode::kInternal, "BAD_RESPONSE",
                       absl::StrCat("the server's answer is malformed: ", error.message()));
        if (parser.is_done()) break;
      }
      ASSIGN_OR_RETURN(const std::string piece, socket_->Read());
      if (piece.empty()) {
        if (parser.got_some()) parser.put_eof(error);
        if (!parser.got_some() || error)
          return Error(StatusCode::kUnavailable, "CONNECTION_CLOSED",
                       "the server closed the connection before its answer was complete");
        break;
      }
      input_ += piece;
    }
    return std::move(parser.response);
  }

  const ClientOptions options_;
  const std::unique_ptr<ClientSocket> socket_;
  std::string input_;
};

}  // namespace

StatusOr<std::unique_ptr<Client>> Client::Connect(const ClientOptions& options) {
  ASSIGN_OR_RETURN(auto socket, ConnectClientSocket(options));
  return std::make_unique<BlockingClient>(options, std::move(socket));
}

StatusOr<Response> Fetch(const ClientOptions& options, std::string_view target) {
  ASSIGN_OR_RETURN(auto client, Client::Connect(options));
  Request request;
  request.method = "GET";
  request.target = std::string(target);
  return client->Send(request);
}

}  // namespace tstack::http
