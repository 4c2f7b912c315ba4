// One call on the server, from its headers to its end. Deletes itself when gRPC is done with it.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/rpc/admission.h"
#include "common/rpc/server_core.h"
#include "common/rpc/wire.h"
#include "common/trace/trace.h"

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

  // gRPC's threads. These reactions do little and wait for nothing: gRPC may run each where it
  // comes up, without handing it to another thread.
  bool InternalInlineable() override { return true; }
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  Status CheckArrival();
  // Fills ctx_, message_ and span_.
  Status Admit();
  // True if that was the call's end.
  bool AnswerAtOnce();
  Status AskAtOnce(bool& answered);
  // A worker's thread.
  void Run();
  Status Serve();
  Status ServeUnary();
  Status TakeAnswer(const google::protobuf::Message& response);
  Status ServeStream();
  Status SendItem(const google::protobuf::Message& item);
  Status SendFrame();
  // Runs the handler behind the wall that no exception passes.
  template <typename Function>
  Status Guarded(Function function);
  // Ends the call; nothing of `this` may be used afterwards.
  void End(const Status& status);
  void Record(const Status& status);

  bool WriteIsOver() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_ || cancelled_; }

  ServerCore& core_;
  grpc::GenericCallbackServerContext& context_;
  const absl::Duration started_;
  ServedRpc* rpc_ = nullptr;
  Arrival arrival_;
  std::string peer_name_;
  std::stop_source stop_;
  CallState state_;
  grpc::ByteBuffer request_;
  MessageBytes request_bytes_;
  std::unique_ptr<google::protobuf::Message> message_;  // the request
  std::optional<CallContext> ctx_;                      // once it is admitted
  std::optional<trace::RequestSpan> span_;
  grpc::ByteBuffer response_;  // stays until it is written
  bool has_response_ = false;
  std::string frame_;  // items that have not left
  int frame_items_ = 0;

  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tstack::rpc
