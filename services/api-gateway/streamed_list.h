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
  // False: no more items are wanted.
  bool OnItem(const std::string& bytes);
  void OnEnd(const Status& status);
  // Sends what is collected. False: the client is gone.
  bool Flush();
  void Break(const Status& status);

  const std::shared_ptr<RestCall> call_;
  const std::unique_ptr<contract::StreamRenderer> renderer_;
  std::string collected_;
  std::optional<http::ResponseStream> stream_;  // once the answer has begun
  size_t sent_ = 0;
  bool broken_ = false;
};

}  // namespace tstack::gateway
