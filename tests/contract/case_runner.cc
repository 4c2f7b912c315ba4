#include "tests/contract/case_runner.h"

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

#include "common/contract/route_plan.h"
#include "tests/contract/json_match.h"

namespace tstack::contract::test {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using google::protobuf::util::MessageDifferencer;

constexpr char kHost[] = "http://cloud";

const std::pair<const char*, StatusCode> kCodes[] = {
    {"INVALID_ARGUMENT", StatusCode::kInvalidArgument},
    {"NOT_FOUND", StatusCode::kNotFound},
    {"ALREADY_EXISTS", StatusCode::kAlreadyExists},
    {"PERMISSION_DENIED", StatusCode::kPermissionDenied},
    {"UNAUTHENTICATED", StatusCode::kUnauthenticated},
    {"RESOURCE_EXHAUSTED", StatusCode::kResourceExhausted},
    {"FAILED_PRECONDITION", StatusCode::kFailedPrecondition},
    {"ABORTED", StatusCode::kAborted},
    {"UNAVAILABLE", StatusCode::kUnavailable},
    {"DEADLINE_EXCEEDED", StatusCode::kDeadlineExceeded},
    {"UNIMPLEMENTED", StatusCode::kUnimplemented},
    {"INTERNAL", StatusCode::kInternal},
};

Status StatusOf(const CannedReply& reply) {
  for (const auto& [name, code] : kCodes) {
    if (reply.code != name) continue;
    Status status = Error(code, reply.reason, reply.message);
    auto detail = DetailOf(status);
    detail.set_retry_after_seconds(reply.retry_after);
    return WithDetail(status, detail);
  }
  return absl::InternalError("the case names an unknown code " + reply.code);
}

// The bytes of a text proto; complains if it is none.
std::string Bytes(const Message& prototype, const std::string& text,
                  std::vector<std::string>& differences) {
  const std::unique_ptr<Message> message(prototype.New());
  if (!TextFormat::ParseFromString(text, message.get()))
    differences.push_back("bad text proto: " + text);
  return message->SerializeAsString();
}

void CompareCall(const Case& test, const RpcCall& call, std::vector<std::string>& differences) {
  if ("/" + test.rpc != call.route->rpc_path) {
    differences.push_back("called " + call.route->rpc_path + ", expected " + test.rpc);
    return;
  }
  const std::unique_ptr<Message> expected(call.request->New());
  if (!TextFormat::ParseFromString(test.request, expected.get()))
    differences.push_back("bad text proto: " + test.request);
  const std::unique_ptr<Message> sent(call.request->New());
  sent->ParseFromString(call.request_bytes);
  std::string report;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  if (!differencer.Compare(*expected, *sent)) differences.push_back("request differs:\n" + report);
}

void CompareResponse(const Case& test, const http::Response& response,
                     std::vector<std::string>& differences) {
  if (response.status != test.status) {
    differences.push_back("status " + std::to_string(response.status) + ", expected " +
                          std::to_string(test.status) + ": " + response.body);
  }
  for (const auto& [name, value] : test.expected_headers) {
    const auto all = response.headers.FindAll(name);
    bool found = false;
    for (const auto actual : all) found |= MatchesText(value, std::string(actual));
    if (!found)
      differences.push_back("header " + name + ": " +
                            (all.empty() ? "absent" : std::string(all.front())));
  }
  for (const std::string& name : test.absent_headers) {
    if (response.headers.Find(name)) differences.push_back("header " + name + " is there");
  }
  if (!test.checks_body || response.body == test.expected_body) return;
  const bool json =
      !test.expected_body.empty() && (test.expected_body[0] == '{' || test.expected_body[0] == '[');
  if (json) {
    const std::string difference = DescribeJsonDifference(test.expected_body, response.body);
    if (!difference.empty()) differences.push_back(difference);
  } else if (!MatchesText(test.expected_body, response.body)) {
    differences.push_back("body: " + response.body);
  }
}

}  // namespace

http::Response CaseRunner::Stream(const Case& test, const Exchange& exchange, const RpcCall& call,
                                  std::vector<std::string>& differences) {
  auto renderer = transcoder_.MakeStreamRenderer(exchange, call);
  std::string body = renderer->Begin();
  for (const std::string& text : test.reply.messages) {
    if (text.empty()) continue;  // "<--" alone: a stream without items
    auto piece = renderer->Item(Bytes(*call.route->plan->response_prototype, text, differences));
    if (!piece.ok()) return transcoder_.RespondError(exchange, piece.status());
    body += *piece;
  }
  body += renderer->End();
  http::Response response = renderer->Head();
  response.body = std::move(body);
  return response;
}

http::Response CaseRunner::Answer(const Case& test, const Exchange& exchange, const RpcCall& call,
                                  std::vector<std::string>& differences) {
  if (test.reply.error) return transcoder_.RespondError(exchange, StatusOf(test.reply));
  if (call.route->streaming) return Stream(test, exchange, call, differences);
  common::v1::ResponseMetadata metadata;
  metadata.set_outcome(test.reply.outcome);
  const std::string text = test.reply.messages.empty() ? "" : test.reply.messages.front();
  const std::string bytes = Bytes(*call.route->plan->response_prototype, text, differences);
  auto response = transcoder_.Respond(exchange, call, bytes, metadata);
  return response.ok() ? *std::move(response)
                       : transcoder_.RespondError(exchange, response.status());
}

http::Response CaseRunner::Play(const Case& test, std::vector<std::string>& differences) {
  http::Request request;
  request.method = test.method;
  request.target = test.target;
  request.body = test.body;
  for (const auto& [name, value] : test.headers) request.headers.Add(name, value);

  Exchange exchange;
  exchange.request = &request;
  exchange.request_id = "req-1";
  const RestApi* api = table_.FindApi(test.target);
  if (api == nullptr) {
    return transcoder_.RespondError(
        exchange, Error(StatusCode::kNotFound, "NO_ROUTE", "no API has this path"));
  }
  OpenOptions options;
  options.base_url = kHost + api->prefix;
  options.identity_url = std::string(kHost) + "/identity/v3";
  options.request_id = "req-1";
  options.prefix_length = api->prefix.size();
  Status status = transcoder_.Open(request, *api, options, exchange);
  if (!status.ok()) return transcoder_.RespondError(exchange, status);
  if (exchange.answer) return *exchange.answer;
  // A case shows a missing token by a header of that name.
  const auto token = request.headers.Find("No-Token");
  if (token && exchange.auth == Auth::kRequired) {
    return transcoder_.RespondError(
        exchange, Error(StatusCode::kUnauthenticated, "TOKEN_MISSING", "no token"));
  }
  auto call = transcoder_.Read(exchange);
  if (!call.ok()) return transcoder_.RespondError(exchange, call.status());
  if (!test.calls)
    differences.push_back("called " + call->route->rpc_path + ", expected no call");
  else
    CompareCall(test, *call, differences);
  return Answer(test, exchange, *call, differences);
}

std::vector<std::string> CaseRunner::Run(const Case& test) {
  std::vector<std::string> differences;
  const http::Response response = Play(test, differences);
  CompareResponse(test, response, differences);
  const bool called = test.calls;
  if (called && test.reply.messages.empty() && !test.reply.error)
    differences.push_back("the case has no '<--'");
  return differences;
}

}  // namespace tstack::contract::test
