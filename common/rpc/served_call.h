// One call on the server, from its headers to its end. Deletes itself when gRPC is done with it.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <stop_token>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/rpc/admission.h"
#include "common/rpc/server_core.h"

namespace tstack::rpc {

class ServedCall final : public grpc::ServerGenericBidiReactor {
 public:
  // Checks the caller, then reads the request; ends the call at once if it is not permitted or not
  // known.
  static grpc::ServerGenericBidiReactor* Start(ServerCore& core,
                                               grpc::GenericCallbackServerContext& context);

 private:
  ServedCall(ServerCore& core, grpc::GenericCallbackServerContext& context);
  ~ServedCall() override;

  // gRPC's threads.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  Status CheckArrival();
  // A worker's thread.
  void Run();
  Status Serve(CallContext& ctx, const std::string& request_bytes);
  Status ServeUnary(const CallContext& ctx, const google::protobuf::Message& request);
  Status ServeStream(const CallContext& ctx, const google::protobuf::Message& request);
  Status SendItem(const CallContext& ctx, const google::protobuf::Message& item);
  // Runs the handler behind the wall that no exception passes.
  template <typename Function>
  Status Guarded(const CallContext& ctx, Function function);
  // Ends the call; nothing of `this` may be used afterwards. `ctx` is null if the call was not
  // admitted.
  void End(const CallContext* ctx, const Status& status);

  bool WriteIsOver() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_ || cancelled_; }

  ServerCore& core_;
  grpc::GenericCallbackServerContext& context_;
  const absl::Duration started_;
  const Handlers::Entry* entry_ = nullptr;
  Arrival arrival_;
  std::string peer_name_;
  std::stop_source stop_;
  CallState state_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;  // stays until it is written
  bool has_response_ = false;

  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tstack::rpc
