// How a service offers its rpcs: plain functions, registered against the descriptor. No generated
// stubs (docs/adr/0002).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
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
  using AtOnceFunction =
      std::function<std::optional<StatusOr<std::unique_ptr<google::protobuf::Message>>>(
          const CallContext&, const google::protobuf::Message&)>;
  struct Entry {
    const google::protobuf::MethodDescriptor* method = nullptr;
    UnaryFunction unary;  // exactly one of the two
    StreamFunction stream;
    AtOnceFunction at_once;  // asked before `unary`; may be empty
    bool live = false;       // a stream whose items must not wait for others
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

  // For a unary rpc that is registered already and can often be answered without waiting, from
  // memory: `function` (StatusOr<Response> in a std::optional) is asked first, on the server's own
  // thread. It must not block: no database, no file, no lock that is held for long. nullopt: the
  // rpc's handler runs on its pool as ever. The rules of handlers hold for an answer at once too,
  // the policy's among them.
  template <typename Request, typename Response, typename Function>
  void AtOnce(std::string_view full_name, Function function) {
    AddAtOnce(full_name, Request::descriptor(), Response::descriptor(),
              [function = std::move(function)](const CallContext& ctx,
                                               const google::protobuf::Message& request)
                  -> std::optional<StatusOr<std::unique_ptr<google::protobuf::Message>>> {
                std::optional<StatusOr<Response>> response =
                    function(ctx, static_cast<const Request&>(request));
                if (!response) return std::nullopt;
                if (!response->ok()) return response->status();
                return std::make_unique<Response>(**std::move(response));
              });
  }

  // A list: items travel in batches, so that one may wait for the next ones.
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

  // News: each item leaves at once.
  template <typename Request, typename Item, typename Function>
  void LiveStream(std::string_view full_name, Function function) {
    ServerStream<Request, Item>(full_name, std::move(function));
    MarkLive(full_name);
  }

  // Runs after each unary handler that is registered so far and has succeeded, before its answer
  // leaves.
  void AfterUnary(std::function<void(const CallContext&)> function);

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
  void AddAtOnce(std::string_view full_name, const google::protobuf::Descriptor* request,
                 const google::protobuf::Descriptor* response, AtOnceFunction function);
  void MarkLive(std::string_view full_name);

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace tstack::rpc
