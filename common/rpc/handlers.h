// How a service offers its rpcs: plain functions, registered against the descriptor. No generated
// stubs (docs/adr/0002).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "common/context/call_context.h"
#include "common/status/status.h"

namespace tstack::rpc {

// Sends one item of a server stream; blocks while the peer is slow. An error means: stop, the peer
// is gone.
template <typename Item>
using Sink = std::function<Status(const Item&)>;

// Handlers of one or more proto services. Built once at start, then read-only.
//
//   rpc::Handlers handlers;
//   handlers.Unary<v1::CreateProjectRequest,
//   v1::Project>("tstack.identity.v1.Projects.CreateProject",
//       [&](const CallContext& ctx, const v1::CreateProjectRequest& request) { return
//       projects.Create(ctx, request); });
//
// Registration dies (CHECK) if the rpc does not exist or its types differ: a programming error
// found by any start.
class Handlers {
 public:
  using UnaryFunction = std::function<StatusOr<std::unique_ptr<google::protobuf::Message>>(
      const CallContext&, const google::protobuf::Message&)>;
  using StreamFunction = std::function<Status(const CallContext&, const google::protobuf::Message&,
                                              const Sink<google::protobuf::Message>&)>;
  struct Entry {
    const google::protobuf::MethodDescriptor* method = nullptr;
    UnaryFunction unary;  // exactly one of the two
    StreamFunction stream;
  };

  template <typename Request, typename Response, typename Function>
  void Unary(std::string_view full_name, Function function) {
    AddUnary(full_name, Request::descriptor(), Response::descriptor(),
             [function = std::move(function)](const CallContext& ctx,
                                              const google::protobuf::Message& request)
                 -> StatusOr<std::unique_ptr<google::protobuf::Message>> {
               StatusOr<Response> response = function(ctx, static_cast<const Request&>(request));
               if (!response.ok()) return response.status();
               return std::make_unique<Response>(*std::move(response));
             });
  }

  template <typename Request, typename Item, typename Function>
  void ServerStream(std::string_view full_name, Function function) {
    AddStream(full_name, Request::descriptor(), Item::descriptor(),
              [function = std::move(function)](
                  const CallContext& ctx, const google::protobuf::Message& request,
                  const Sink<google::protobuf::Message>& sink) -> Status {
                return function(ctx, static_cast<const Request&>(request),
                                Sink<Item>([&sink](const Item& item) { return sink(item); }));
              });
  }

  // Null if there is none. `path` is "/tstack.identity.v1.Projects/CreateProject".
  const Entry* Find(std::string_view path) const;
  // kFailedPrecondition listing every rpc of the services that occur here and has no handler.
  Status CheckComplete() const;
  const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

 private:
  void AddUnary(std::string_view full_name, const google::protobuf::Descriptor* request,
                const google::protobuf::Descriptor* response, UnaryFunction function);
  void AddStream(std::string_view full_name, const google::protobuf::Descriptor* request,
                 const google::protobuf::Descriptor* item, StreamFunction function);

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace tstack::rpc
