// HTTP ↔ rpc for every route of a table. No code per resource; everything comes from the route's
// options.
//
// A gateway's request, with `exchange` on its stack or in its session:
//
//   Status status = transcoder.Open(request, *api, {.base_url = …, .request_id = …}, exchange);
//   if (!status.ok()) return transcoder.RespondError(exchange, status);          // 404, 405, 406,
//   410 … if (exchange.answer) return *exchange.answer;                                 // a
//   version document … authenticate as exchange.auth says … StatusOr<RpcCall> call =
//   transcoder.Read(exchange);                           // 400, 413, 415 … …
//   call->route->option.raw() names a raw handler, else channel.CallAsync(call->route->rpc_path,
//   call->request_bytes) … return transcoder.Respond(exchange, *call, reply.bytes, reply.metadata);
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

#include "common/contract/exchange.h"
#include "common/contract/route_table.h"
#include "common/http/http.h"
#include "common/status/status.h"
#include "tstack/common/v1/context.pb.h"

namespace tstack::contract {

// The page that a list request asked for.
struct PageRequest {
  int limit = 0;             // effective, ≥ 1 if the list is paged
  bool limit_given = false;  // the client wrote it
  bool reverse = false;      // neutron's page_reverse
  std::string marker;
};

// A request that has become a call.
struct RpcCall {
  const Route* route = nullptr;
  std::shared_ptr<google::protobuf::Message> request;
  std::string request_bytes;        // serialized `request`: what is sent and signed
  std::vector<std::string> fields;  // ?fields=, wire names; empty: all
  PageRequest page;
  bool bulk = false;  // the body had the plural envelope
};

struct OpenOptions {
  // Scheme, host and the API's prefix as clients reach it, without trailing slash; computed by the
  // gateway from public_url, Host and, from trusted proxies, X-Forwarded-*.
  std::string base_url;
  std::string request_id;
  // Public URL of the identity API ("https://cloud:21000/identity/v3"): where a 401 sends clients.
  // Empty: base_url.
  std::string identity_url;
  // Length of the API's prefix at the start of the request's target; 0 on a listener of its own.
  size_t prefix_length = 0;
};

// Writes a streamed list piece by piece; memory stays that of one item. Every method returns bytes
// for the client.
class StreamRenderer {
 public:
  virtual ~StreamRenderer() = default;
  // Status and headers, without a body; the same whatever items follow, but for the Content-Length
  // of an answer to HEAD, which is known after End.
  virtual http::Response Head() const = 0;
  virtual std::string Begin() = 0;
  // One serialized item. An item past the page is swallowed: it only proves that a next page
  // exists.
  virtual StatusOr<std::string> Item(std::string_view item_bytes) = 0;
  // True once the page is full and a next page is known: the stream may be cancelled, then call
  // End.
  virtual bool Full() const = 0;
  virtual std::string End() = 0;
};

// Thread-safe; `table` must outlive it.
class Transcoder {
 public:
  explicit Transcoder(const RouteTable& table) : table_(table) {}

  // Finds the routes, negotiates the version, recognises version documents. Fills `exchange` also
  // when it fails.
  Status Open(const http::Request& request, const RestApi& api, const OpenOptions& options,
              Exchange& exchange) const;

  // Chooses the route (by body key among actions), parses and validates path, query, headers and
  // body. Every complaint is a status for RespondError.
  StatusOr<RpcCall> Read(const Exchange& exchange) const;

  // Renders a unary answer: status by version or outcome, headers, JSON. The body is dropped for
  // HEAD, its length is said.
  StatusOr<http::Response> Respond(const Exchange& exchange, const RpcCall& call,
                                   std::string_view reply_bytes,
                                   const common::v1::ResponseMetadata& metadata) const;

  // For a streaming route. `exchange` and `call` must outlive the renderer.
  std::unique_ptr<StreamRenderer> MakeStreamRenderer(const Exchange& exchange,
                                                     const RpcCall& call) const;

  // Any error in the dialect's form, also before a route or an API is known. Never fails.
  http::Response RespondError(const Exchange& exchange, const Status& status) const;

 private:
  const RouteTable& table_;
};

}  // namespace tstack::contract
