// Several items of a server stream in one gRPC message, each behind its length: a message costs
// about as much as sixty small items.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/message.h"

#include "common/status/status.h"

namespace tstack::rpc {

// A frame leaves with the item that reaches one of these.
inline constexpr int kFrameItems = 64;
inline constexpr size_t kFrameBytes = 64 * 1024;

void AppendItem(std::string& frame, const google::protobuf::Message& item);

// The items of a frame, in order.
class FrameReader {
 public:
  FrameReader() = default;
  explicit FrameReader(std::string frame) : frame_(std::move(frame)) {}
  bool AtEnd() const { return position_ == frame_.size(); }
  // Valid as long as the reader. kInternal with reason BAD_FRAME if the frame is cut.
  StatusOr<std::string_view> Next();

 private:
  std::string frame_;
  size_t position_ = 0;
};

}  // namespace tstack::rpc
