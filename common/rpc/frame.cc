#include "common/rpc/frame.h"

#include <google/protobuf/io/coded_stream.h>

namespace tstack::rpc {

namespace io = google::protobuf::io;

void AppendItem(std::string& frame, const google::protobuf::Message& item) {
  const size_t size = item.ByteSizeLong();
  const size_t before = frame.size();
  const auto length = static_cast<uint32_t>(size);
  frame.resize(before + io::CodedOutputStream::VarintSize32(length) + size);
  auto* out = reinterpret_cast<uint8_t*>(frame.data()) + before;
  item.SerializeWithCachedSizesToArray(io::CodedOutputStream::WriteVarint32ToArray(length, out));
}

StatusOr<std::string_view> FrameReader::Next() {
  io::CodedInputStream in(reinterpret_cast<const uint8_t*>(frame_.data()) + position_,
                          static_cast<int>(frame_.size() - position_));
  uint32_t length = 0;
  const bool read = in.ReadVarint32(&length);
  const size_t start = position_ + static_cast<size_t>(in.CurrentPosition());
  if (!read || length > frame_.size() - start) {
    return Error(StatusCode::kInternal, "BAD_FRAME", "a frame of the stream is cut");
  }
  position_ = start + length;
  return std::string_view(frame_).substr(start, length);
}

}  // namespace tstack::rpc
