// Transcoder::Respond: a unary answer into an HTTP response.
#include "common/contract/answer.h"
#include "common/contract/json_builder.h"
#include "common/contract/list_writer.h"
#include "common/contract/reasons.h"
#include "common/contract/transcoder.h"

namespace tstack::contract {
namespace {

using google::protobuf::Message;

// {"<envelope>": … }, or just what `write` writes.
template <typename Write>
std::string Enveloped(std::string_view envelope, Write write) {
  std::string out;
  if (!envelope.empty()) {
    out.push_back('{');
    AppendJsonString(envelope, &out);
    out.push_back(':');
  }
  write(&out);
  if (!envelope.empty()) out.push_back('}');
  return out;
}

std::string ObjectBody(const Exchange& exchange, const RpcCall& call, const Message& message) {
  const RoutePlan& plan = *call.route->plan;
  const ObjectWriter writer(exchange);
  const std::vector<std::string>* select = plan.hides ? &plan.shown : nullptr;
  if (!call.fields.empty()) select = &call.fields;
  return Enveloped(plan.response_envelope,
                   [&](std::string* out) { writer.Write(message, *plan.response, select, out); });
}

std::string ListBody(const Exchange& exchange, const RpcCall& call, const Message& message) {
  const ListPlan& list = *call.route->plan->list;
  const auto* reflection = message.GetReflection();
  const bool has_more = list.has_more != nullptr && reflection->GetBool(message, list.has_more);
  std::string out;
  ListWriter writer(exchange, call);
  writer.Begin(&out);
  const int count = reflection->FieldSize(message, list.items->field);
  for (int i = 0; i < count; ++i)
    writer.Item(reflection->GetRepeatedMessage(message, list.items->field, i), &out);
  writer.End(&message, has_more, &out);
  return out;
}

// A bulk route answers as it was asked: one object, or all.
std::string BulkBody(const Exchange& exchange, const RpcCall& call, const Message& message) {
  const RoutePlan& plan = *call.route->plan;
  const ObjectWriter writer(exchange);
  const auto* reflection = message.GetReflection();
  const int count = reflection->FieldSize(message, plan.bulk_items->field);
  auto write = [&](int i, std::string* out) {
    const Message& item = reflection->GetRepeatedMessage(message, plan.bulk_items->field, i);
    writer.Write(item, *plan.bulk_items->nested, nullptr, out);
  };
  if (!call.bulk) {
    return Enveloped(plan.response_envelope, [&](std::string* out) {
      if (count == 0)
        out->append("null");
      else
        write(0, out);
    });
  }
  return Enveloped(plan.bulk_envelope, [&](std::string* out) {
    out->push_back('[');
    for (int i = 0; i < count; ++i) {
      if (i > 0) out->push_back(',');
      write(i, out);
    }
    out->push_back(']');
  });
}

std::string BodyOf(const Exchange& exchange, const RpcCall& call, const Message& message) {
  const RoutePlan& plan = *call.route->plan;
  if (call.route->option.null_response()) return "null";
  if (plan.bulk_items != nullptr) return BulkBody(exchange, call, message);
  if (plan.list) return ListBody(exchange, call, message);
  return ObjectBody(exchange, call, message);
}

}  // namespace

StatusOr<http::Response> Transcoder::Respond(const Exchange& exchange, const RpcCall& call,
                                             std::string_view reply_bytes,
                                             const common::v1::ResponseMetadata& metadata) const {
  const std::unique_ptr<Message> message(call.route->plan->response_prototype->New());
  if (!message->ParseFromArray(reply_bytes.data(), static_cast<int>(reply_bytes.size()))) {
    return Error(StatusCode::kInternal, kBadReply,
                 "an answer of " + call.route->rpc_path + " cannot be parsed");
  }
  ASSIGN_OR_RETURN(AnswerHead head, MakeHead(exchange, call, *message, metadata));
  if (!head.empty) head.response.body = BodyOf(exchange, call, *message);
  if (exchange.head() && !head.empty) DropBody(head.response);
  return std::move(head.response);
}

}  // namespace tstack::contract
