// Answers a streaming route: items become JSON as they arrive. A short list is sent whole with its
// length; a long one in chunks, at the client's pace.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "services/api-gateway/rest_call.h"

namespace tstack::gateway {

class StreamedList : public std::enable_shared_from_this<StreamedList> {
 public:
  static void Run(std::shared_ptr<RestCall> call);
  explicit StreamedList(std::shared_ptr<RestCall> call);

 private:
  void OnItem(const std::string& bytes, const rpc::Channel::Next& next);
  void OnEnd(const Status& status);
  // Sends what is collected; `next` comes when the client is ready for more.
  void Flush(const rpc::Channel::Next& next);
  void Break(const Status& status);

  const std::shared_ptr<RestCall> call_;
  const std::unique_ptr<contract::StreamRenderer> renderer_;
  std::string collected_;
  std::optional<http::ResponseStream> stream_;  // once the answer has begun
  size_t sent_ = 0;
  bool broken_ = false;
};

}  // namespace tstack::gateway
