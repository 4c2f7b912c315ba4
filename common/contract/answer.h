// What every answer is made of: status by version or outcome, headers, and how objects are written.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/contract/exchange.h"
#include "common/contract/json_writer.h"
#include "common/contract/route_plan.h"
#include "common/contract/transcoder.h"
#include "common/http/http.h"
#include "tstack/common/v1/context.pb.h"

namespace tstack::contract {

struct AnswerHead {
  http::Response response;  // status and headers
  const OutcomePlan* outcome = nullptr;
  bool empty = false;  // no body belongs here
};

// `message` feeds header bindings. kInternal BAD_REPLY if the service named an outcome that the
// route does not have.
StatusOr<AnswerHead> MakeHead(const Exchange& exchange, const RpcCall& call,
                              const google::protobuf::Message& message,
                              const common::v1::ResponseMetadata& metadata);

// What HEAD gets of an answer: everything but the body, whose length is said.
void DropBody(http::Response& response);

// Write options of one exchange; the links of its objects are the dialect's. Must outlive what it
// hands out.
class ObjectWriter {
 public:
  explicit ObjectWriter(const Exchange& exchange);
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  // `select`: null = everything.
  void Write(const google::protobuf::Message& message, const MessagePlan& plan,
             const std::vector<std::string>* select, std::string* out) const;
  // The same without braces.
  void WriteOpen(const google::protobuf::Message& message, const MessagePlan& plan,
                 const std::vector<std::string>* select, std::string* out) const;

 private:
  WriteOptions OptionsFor(const std::vector<std::string>* select) const;

  const Exchange& exchange_;
  std::string base_;
  std::function<std::string(const api::Link&, std::string)> resolve_;
};

}  // namespace tstack::contract
