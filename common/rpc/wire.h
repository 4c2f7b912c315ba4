// How our messages and statuses look in gRPC.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <map>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "common/status/status.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::rpc {

// Metadata keys. "-bin": gRPC carries any bytes.
inline constexpr char kContextKey[] = "tstack-context-bin";
inline constexpr char kCallKey[] = "tstack-call-bin";
inline constexpr char kResponseKey[] = "tstack-response-bin";
inline constexpr char kErrorKey[] = "tstack-error-bin";

inline constexpr int kMaxMessageBytes = 4 * 1024 * 1024;
// A context with many roles and an error with its causes must fit.
inline constexpr int kMaxMetadataBytes = 64 * 1024;
inline constexpr absl::Duration kDefaultDeadline = absl::Seconds(10);

using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;
// First value; "" if there is none. Points into the metadata.
std::string_view FindMetadata(const Metadata& metadata, const char* key);

grpc::ByteBuffer ToByteBuffer(const std::string& bytes);
grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message);
StatusOr<std::string> ToBytes(const grpc::ByteBuffer& buffer);

// The bytes of a message where they are, or joined if gRPC has them in pieces.
class MessageBytes {
 public:
  // kInternal with reason BAD_MESSAGE.
  Status Read(const grpc::ByteBuffer& buffer);
  // Valid as long as this object.
  std::string_view view() const { return {data_, size_}; }

 private:
  grpc::Slice slice_;
  std::string joined_;
  const char* data_ = nullptr;
  size_t size_ = 0;
};

// The message goes into gRPC's status, the payload is the error metadata's value. Texts in both are
// shortened if they are long: they may repeat what a client sent, and metadata has a limit.
grpc::Status ToGrpcStatus(const Status& status);
std::string ErrorBytes(const Status& status);
// `error_bytes`: value of kErrorKey, "" if absent.
Status FromGrpcStatus(const grpc::Status& status, std::string_view error_bytes);

// "ok", "not_found" …: closed set of metric labels.
const std::string& CodeLabel(StatusCode code);
inline constexpr size_t kStatusCodes = static_cast<size_t>(StatusCode::kUnauthenticated) + 1;
std::vector<std::string> CodeLabels();

// "/tstack.identity.v1.Projects/CreateProject" -> "Projects/CreateProject".
std::string ShortName(std::string_view path);
// Null if this binary does not know the rpc.
const google::protobuf::MethodDescriptor* FindMethod(std::string_view path);
const api::Rpc& RpcOptions(const google::protobuf::MethodDescriptor& method);
// May be sent again: declared safe, or reached by GET and HEAD only.
bool IsSafe(const google::protobuf::MethodDescriptor& method);
// Longest time of one call; infinite for server streams that name none.
absl::Duration MaxDuration(const google::protobuf::MethodDescriptor& method,
                           absl::Duration default_duration);

}  // namespace tstack::rpc
