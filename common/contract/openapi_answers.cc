// What an operation answers: its own answers, and the errors that its options make possible.
#include <algorithm>
#include <set>

#include "common/contract/dialect.h"
#include "common/contract/openapi_operation.h"
#include "common/contract/reasons.h"
#include "common/http/reason_phrase.h"

namespace tstack::contract {
namespace {

LinkStyle StyleOf(const Route& route) { return route.api->dialect->link_style(); }

struct ErrorCause {
  StatusCode code;
  std::string_view reason;
};

// What can go wrong with any request, whatever it asks for.
constexpr ErrorCause kAlways[] = {{StatusCode::kInvalidArgument, ""},
                                  {StatusCode::kNotFound, ""},
                                  {StatusCode::kInternal, ""},
                                  {StatusCode::kUnavailable, ""}};

bool TakesHeader(const RoutePlan& plan, std::string_view name) {
  return std::any_of(plan.request_headers.begin(), plan.request_headers.end(),
                     [name](const HeaderInPlan& header) { return header.header == name; });
}

// What the options of the route add.
std::vector<ErrorCause> CausesOf(const Route& route) {
  std::vector<ErrorCause> causes(std::begin(kAlways), std::end(kAlways));
  auto add = [&](bool possible, StatusCode code, std::string_view reason) {
    if (possible) causes.push_back({code, reason});
  };
  const bool writes = route.verb != "GET" && route.verb != "HEAD";
  const bool raw = route.plan->body_kind == api::RAW;
  add(!route.option.public_(), StatusCode::kUnauthenticated, "");
  add(!route.policy().empty(), StatusCode::kPermissionDenied, "");
  add(route.api->HasMicroversions(), StatusCode::kInvalidArgument, kVersionUnsupported);
  add(writes, StatusCode::kFailedPrecondition, "");
  add(route.verb == "POST", StatusCode::kResourceExhausted, "QUOTA_EXCEEDED");
  add(route.option.gone(), StatusCode::kNotFound, kGone);
  add(TakesHeader(*route.plan, "If-Match"), StatusCode::kFailedPrecondition, "REVISION_MISMATCH");
  add(route.plan->has_body && !raw, StatusCode::kInvalidArgument, "BODY_TOO_LARGE");
  add(route.plan->has_body && !raw, StatusCode::kInvalidArgument, kMediaType);
  add(TakesIdempotencyKey(route), StatusCode::kInvalidArgument, "IDEMPOTENCY_MISMATCH");
  add(true, StatusCode::kResourceExhausted, "RATE_LIMITED");
  return causes;
}

// As the dialect says them: no list of numbers that could differ from what is sent.
std::set<int> ErrorStatuses(const Route& route) {
  std::set<int> statuses;
  for (const ErrorCause& cause : CausesOf(route))
    statuses.insert(route.api->dialect->StatusOf(cause.code, cause.reason));
  return statuses;
}

}  // namespace

void OperationWriter::WriteListSchema(const Route& route, JsonBuilder& json) {
  const ListPlan& list = *route.plan->list;
  json.BeginObject().Key("type").String("object").Key("properties").BeginObject();
  json.Key(list.key).BeginObject().Key("type").String("array").Key("items");
  if (!list.item_envelope.empty()) {
    json.BeginObject()
        .Key("type")
        .String("object")
        .Key("properties")
        .BeginObject()
        .Key(list.item_envelope);
    schemas_.Refer(*list.item, Side::kAnswer, StyleOf(route), json);
    json.EndObject().EndObject();
  } else {
    schemas_.Refer(*list.item, Side::kAnswer, StyleOf(route), json);
  }
  json.EndObject();
  if (!route.streaming) {
    for (const FieldPlan& field : route.plan->response->fields()) {
      const auto& shown = route.plan->shown;
      const bool visible =
          field.Writable() && std::find(shown.begin(), shown.end(), field.name) != shown.end();
      if (!visible || field.name == list.key) continue;
      json.Key(field.name);
      schemas_.Value(field, Side::kAnswer, StyleOf(route), json);
    }
  }
  for (const auto& [name, schema] : PageLinkSchemas(route)) json.Key(name).Raw(schema);
  json.EndObject().EndObject();
}

void OperationWriter::WriteAnswerSchema(const Route& route, JsonBuilder& json) {
  const RoutePlan& plan = *route.plan;
  if (route.option.null_response()) {
    json.BeginObject().Key("type").String("null").EndObject();
    return;
  }
  if (plan.list) return WriteListSchema(route, json);
  const MessagePlan& inner = plan.bulk_items != nullptr ? *plan.bulk_items->nested : *plan.response;
  if (plan.response_envelope.empty()) {
    SchemaSet::Fields hidden;
    for (const HeaderOutPlan& header : plan.response_headers) {
      if (header.field) hidden.push_back(header.field->head());
    }
    if (hidden.empty()) return schemas_.Refer(inner, Side::kAnswer, StyleOf(route), json);
    return schemas_.Object(inner, Side::kAnswer, StyleOf(route), hidden, json);
  }
  json.BeginObject()
      .Key("type")
      .String("object")
      .Key("properties")
      .BeginObject()
      .Key(plan.response_envelope);
  schemas_.Refer(inner, Side::kAnswer, StyleOf(route), json);
  if (plan.bulk_items != nullptr) {
    json.Key(plan.bulk_envelope).BeginObject().Key("type").String("array").Key("items");
    schemas_.Refer(inner, Side::kAnswer, StyleOf(route), json);
    json.EndObject();
  }
  json.EndObject().EndObject();
}

void OperationWriter::WriteAnswer(const Route& route, int status, bool empty,
                                  const std::vector<HeaderOutPlan>& headers, JsonBuilder& json) {
  json.Key(std::to_string(status))
      .BeginObject()
      .Key("description")
      .String(http::ReasonPhrase(status));
  std::set<std::string> seen;
  json.Key("headers").BeginObject();
  for (const auto* list : {&route.plan->response_headers, &headers}) {
    for (const HeaderOutPlan& header : *list) {
      if (!seen.insert(header.header).second) continue;
      json.Key(header.header)
          .BeginObject()
          .Key("schema")
          .BeginObject()
          .Key("type")
          .String("string")
          .EndObject()
          .EndObject();
    }
  }
  json.EndObject();
  if (!empty && status != 204) {
    json.Key("content").BeginObject().Key("application/json").BeginObject().Key("schema");
    WriteAnswerSchema(route, json);
    json.EndObject().EndObject();
  }
  json.EndObject();
}

void OperationWriter::WriteResponses(const Route& route, JsonBuilder& json) {
  const RoutePlan& plan = *route.plan;
  const bool raw = !route.option.raw().empty() || route.verb == "HEAD";
  std::set<int> seen;
  json.Key("responses").BeginObject();
  auto answer = [&](int status, bool empty, const std::vector<HeaderOutPlan>& headers) {
    if (seen.insert(status).second)
      WriteAnswer(route, status, empty || plan.empty_response || raw, headers, json);
  };
  answer(plan.success, false, {});
  for (const auto& [since, status] : plan.success_since) answer(status, false, {});
  for (const OutcomePlan& outcome : plan.outcomes)
    answer(outcome.status, outcome.empty, outcome.headers);
  for (const int status : ErrorStatuses(route)) {
    if (seen.contains(status)) continue;
    const std::string name = std::string(route.api->dialect->name()) + "-" + std::to_string(status);
    if (!errors_.contains(name)) errors_[name] = ErrorResponse(*route.api, status);
    json.Key(std::to_string(status))
        .BeginObject()
        .Key("$ref")
        .String("#/components/responses/" + name)
        .EndObject();
  }
  json.EndObject();
}

}  // namespace tstack::contract
