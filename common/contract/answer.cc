#include "common/contract/answer.h"

#include "common/contract/dialect.h"
#include "common/contract/reasons.h"

namespace tstack::contract {
namespace {

using google::protobuf::Message;

bool HasNoContent(int status) { return status == 204 || status == 304; }

void AddHeaders(const std::vector<HeaderOutPlan>& plans, const Exchange& exchange,
                const RpcCall& call, const Message& message, http::Headers& headers) {
  for (const HeaderOutPlan& plan : plans) {
    const std::string value =
        plan.field ? TextOf(*plan.field, message)
                   : plan.value->Expand(exchange.base_url, message, call.request.get());
    if (!value.empty()) headers.Set(plan.header, value);
  }
}

}  // namespace

StatusOr<AnswerHead> MakeHead(const Exchange& exchange, const RpcCall& call, const Message& message,
                              const common::v1::ResponseMetadata& metadata) {
  const RoutePlan& plan = *call.route->plan;
  AnswerHead head;
  head.response.status = plan.SuccessAt(exchange.version);
  head.empty = plan.empty_response;
  AddHeaders(plan.response_headers, exchange, call, message, head.response.headers);
  if (!metadata.outcome().empty()) {
    head.outcome = plan.FindOutcome(metadata.outcome());
    if (head.outcome == nullptr) {
      return Error(StatusCode::kInternal, kBadReply,
                   "no outcome '" + metadata.outcome() + "' on " + call.route->rpc_path);
    }
    head.response.status = head.outcome->status;
    head.empty = head.empty || head.outcome->empty;
    AddHeaders(head.outcome->headers, exchange, call, message, head.response.headers);
  }
  for (const auto& [name, value] : metadata.headers()) head.response.headers.Set(name, value);
  head.empty = head.empty || HasNoContent(head.response.status);
  if (exchange.negotiated) {
    exchange.dialect().AddVersionHeaders(exchange, exchange.version.ToString(),
                                         head.response.headers);
  }
  exchange.dialect().AddStandardHeaders(exchange, head.response.headers);
  head.response.headers.Add("x-openstack-request-id", exchange.request_id);
  if (!head.empty) head.response.headers.Set("Content-Type", "application/json");
  return head;
}

void DropBody(http::Response& response) {
  response.headers.Set("Content-Length", std::to_string(response.body.size()));
  response.body.clear();
}

ObjectWriter::ObjectWriter(const Exchange& exchange)
    : exchange_(exchange),
      base_(exchange.dialect().LinkBase(exchange)),
      resolve_([this](const api::Link& link, std::string href) {
        return exchange_.dialect().Href(exchange_, link.rel(), std::move(href));
      }) {}

WriteOptions ObjectWriter::OptionsFor(const std::vector<std::string>* select) const {
  WriteOptions options;
  options.version = exchange_.version;
  options.link_style = exchange_.dialect().link_style();
  options.link_base = base_;
  options.resolve_link = &resolve_;
  options.select = select;
  return options;
}

void ObjectWriter::Write(const Message& message, const MessagePlan& plan,
                         const std::vector<std::string>* select, std::string* out) const {
  WriteMessage(message, plan, OptionsFor(select), out);
}

void ObjectWriter::WriteOpen(const Message& message, const MessagePlan& plan,
                             const std::vector<std::string>* select, std::string* out) const {
  WriteMembers(message, plan, OptionsFor(select), out);
}

}  // namespace tstack::contract
