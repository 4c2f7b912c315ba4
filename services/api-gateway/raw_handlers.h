// The few routes that transcoding cannot express (bytes of images, consoles): hand-written handlers
// by the name in (tstack.api.route).raw. The only place of the gateway that may know a resource.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/context/call_context.h"
#include "common/contract/exchange.h"
#include "common/contract/route_table.h"
#include "common/contract/transcoder.h"
#include "common/http/responder.h"
#include "common/rpc/channel.h"

namespace tstack::gateway {

// One request of a raw route, past authentication and parsing of path, query and headers. Answers
// once: by Send, Start or Fail, from any thread; dropping it unanswered answers 500.
class RawExchange {
 public:
  virtual ~RawExchange() = default;
  virtual const contract::Exchange& exchange() const = 0;
  virtual const contract::RpcCall& call() const = 0;
  virtual const CallContext& ctx() const = 0;
  virtual rpc::Channel& backend() const = 0;
  virtual rpc::CallOptions call_options() const = 0;
  // The body as it arrives, if the route's body is RAW; else null.
  virtual const std::shared_ptr<http::RequestBody>& body() const = 0;

  virtual void Send(http::Response response) = 0;
  virtual http::ResponseStream Start(http::Response head) = 0;
  virtual void Fail(const Status& status) = 0;
};

// Must not block; keeps the exchange as long as it needs it.
using RawHandler = std::function<void(std::shared_ptr<RawExchange>)>;
using RawHandlers = std::map<std::string, RawHandler, std::less<>>;

// All of them.
RawHandlers MakeRawHandlers();

// kFailedPrecondition naming every route whose handler does not exist.
Status CheckRawHandlers(const contract::RouteTable& table, const RawHandlers& handlers);

}  // namespace tstack::gateway
