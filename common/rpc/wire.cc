#include "common/rpc/wire.h"

#include <grpcpp/support/proto_buffer_writer.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace tstack::rpc {
namespace {

using google::protobuf::MethodDescriptor;

constexpr size_t kMaxStatusMessage = 4096;

constexpr size_t kMaxDetail = 1024;

bool IsGet(const api::Route& route) { return route.has_get() || route.has_head(); }

// Cut between two characters: a text with half of one would not pass for a proto string.
std::string Shortened(const std::string& text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

std::string_view FindMetadata(const Metadata& metadata, const char* key) {
  auto it = metadata.find(key);
  if (it == metadata.end()) return {};
  return {it->second.data(), it->second.size()};
}

grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message) {
  const size_t size = message.ByteSizeLong();
  grpc::Slice slice(size);
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

Status MessageBytes::Read(const grpc::ByteBuffer& buffer) {
  if (buffer.TrySingleSlice(&slice_).ok()) {
    data_ = reinterpret_cast<const char*>(slice_.begin());
    size_ = slice_.size();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(joined_, ToBytes(buffer));
  data_ = joined_.data();
  size_ = joined_.size();
  return absl::OkStatus();
}

StatusOr<std::string> ToBytes(const grpc::ByteBuffer& buffer) {
  grpc::Slice single;
  if (buffer.TrySingleSlice(&single).ok()) {
    return std::string(reinterpret_cast<const char*>(single.begin()), single.size());
  }
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) {
    return Error(StatusCode::kInternal, "BAD_MESSAGE", "the message cannot be read");
  }
  std::string bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::Status ToGrpcStatus(const Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      Shortened(std::string(status.message()), kMaxStatusMessage));
}

std::string ErrorBytes(const Status& status) {
  common::v1::ErrorDetail detail = DetailOf(status);
  detail.set_resource_id(Shortened(detail.resource_id(), kMaxDetail));
  detail.set_field(Shortened(detail.field(), kMaxDetail));
  for (common::v1::Cause& cause : *detail.mutable_causes())
    cause.set_message(Shortened(cause.message(), kMaxDetail));
  return detail.SerializeAsString();
}

Status FromGrpcStatus(const grpc::Status& status, std::string_view error_bytes) {
  if (status.ok()) return absl::OkStatus();
  const Status plain(static_cast<StatusCode>(status.error_code()), status.error_message());
  common::v1::ErrorDetail detail;
  if (error_bytes.empty() ||
      !detail.ParseFromArray(error_bytes.data(), static_cast<int>(error_bytes.size()))) {
    return plain;
  }
  return WithDetail(plain, detail);
}

const std::string& CodeLabel(StatusCode code) {
  static const std::vector<std::string>& labels = *new std::vector<std::string>(CodeLabels());
  const auto index = static_cast<size_t>(code);
  return labels[index < labels.size() ? index : static_cast<size_t>(StatusCode::kUnknown)];
}

std::vector<std::string> CodeLabels() {
  std::vector<std::string> labels;
  for (size_t code = 0; code < kStatusCodes; ++code) {
    labels.push_back(
        absl::AsciiStrToLower(absl::StatusCodeToString(static_cast<StatusCode>(code))));
  }
  return labels;
}

std::string ShortName(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::string(path);
  const size_t dot = path.rfind('.', slash);
  return std::string(
      path.substr(dot == std::string_view::npos ? std::min<size_t>(1, path.size()) : dot + 1));
}

const MethodDescriptor* FindMethod(std::string_view path) {
  if (path.empty() || path[0] != '/') return nullptr;
  std::string name(path.substr(1));
  const size_t slash = name.find('/');
  if (slash == std::string::npos) return nullptr;
  name[slash] = '.';
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
}

const api::Rpc& RpcOptions(const MethodDescriptor& method) {
  return method.options().GetExtension(api::rpc);
}

bool IsSafe(const MethodDescriptor& method) {
  if (RpcOptions(method).safe()) return true;
  const int routes = method.options().ExtensionSize(api::route);
  for (int i = 0; i < routes; ++i) {
    if (!IsGet(method.options().GetExtension(api::route, i))) return false;
  }
  return routes > 0;
}

absl::Duration MaxDuration(const MethodDescriptor& method, absl::Duration default_duration) {
  const int32_t milliseconds = RpcOptions(method).deadline_ms();
  if (milliseconds > 0) return absl::Milliseconds(milliseconds);
  return method.server_streaming() ? absl::InfiniteDuration() : default_duration;
}

}  // namespace tstack::rpc
