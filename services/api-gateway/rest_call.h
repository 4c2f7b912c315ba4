// One HTTP request on its way through the gateway.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/contract/exchange.h"
#include "common/contract/transcoder.h"
#include "common/http/responder.h"
#include "services/api-gateway/gateway.h"
#include "services/api-gateway/raw_handlers.h"

namespace tstack::gateway {

// Lives until its answer is sent. One thread at a time: the server's, then the channel's.
class RestCall final : public RawExchange, public std::enable_shared_from_this<RestCall> {
 public:
  RestCall(Gateway& gateway, http::Request request, std::shared_ptr<http::RequestBody> body,
           http::Responder responder);
  ~RestCall() override;

  void Run();

  // RawExchange, and what the streamed list uses.
  const contract::Exchange& exchange() const override { return exchange_; }
  const contract::RpcCall& call() const override { return call_; }
  const CallContext& ctx() const override { return ctx_; }
  rpc::Channel& backend() const override { return *backend_; }
  rpc::CallOptions call_options() const override;
  const std::shared_ptr<http::RequestBody>& body() const override { return body_; }
  void Send(http::Response response) override;
  http::ResponseStream Start(http::Response head) override;
  void Fail(const Status& status) override;

  const contract::Transcoder& transcoder() const { return gateway_.transcoder(); }
  // A streamed answer is over; `bytes` of body were sent.
  void StreamEnded(size_t bytes, const Status& status);

 private:
  void Describe();
  // True if the request needs no API: preflight, the index, the OpenAPI document.
  bool AnswerOwnPages();
  void OpenApi();
  void Authenticate();
  void Perform();
  void CallBackend();
  void Finish(http::Headers& headers);
  void Account(int status, size_t bytes, const Status& status_of_stream);

  Gateway& gateway_;
  const http::Request request_;
  const std::shared_ptr<http::RequestBody> body_;
  http::Responder responder_;
  const absl::Duration started_;
  const bool admitted_;
  bool accounted_ = false;
  int status_ = 0;

  const Gateway::Place place_;
  Origin origin_;
  contract::Exchange exchange_;
  contract::RpcCall call_;
  CallContext ctx_;
  std::optional<trace::RequestSpan> span_;
  rpc::Channel* backend_ = nullptr;
};

}  // namespace tstack::gateway
