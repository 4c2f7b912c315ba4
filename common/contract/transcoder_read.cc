// Transcoder::Read: an HTTP request into a call.
#include <optional>

#include "common/contract/action_selector.h"
#include "common/contract/body_reader.h"
#include "common/contract/json_document.h"
#include "common/contract/media_type.h"
#include "common/contract/reasons.h"
#include "common/contract/request_query.h"
#include "common/contract/route_plan.h"
#include "common/contract/transcoder.h"

namespace tstack::contract {
namespace {

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The parsed body, if any of the routes reads one. Media type first: XML is 415, not bad JSON.
StatusOr<std::optional<JsonDocument>> ParseBody(const Exchange& exchange) {
  const Route& route = *exchange.match.routes.front();
  const std::string& body = exchange.request->body;
  std::optional<JsonDocument> out;
  if (!route.plan->has_body) return out;
  if (IsBlank(body)) {
    if (route.plan->body_kind == api::OPTIONAL_JSON) return out;
    return Error(StatusCode::kInvalidArgument, "EMPTY_BODY",
                 "Malformed request body: it is empty, valid JSON is expected.");
  }
  RETURN_IF_ERROR(CheckMediaType(route, exchange.request->headers));
  ASSIGN_OR_RETURN(JsonDocument document, JsonDocument::Parse(body));
  out.emplace(std::move(document));
  return out;
}

// A value that its field cannot hold names nothing: 404, not 400.
Status ReadPath(const Exchange& exchange, int template_index, RpcCall& call) {
  const auto& fields = call.route->plan->path[template_index];
  for (size_t i = 0; i < fields.size() && i < exchange.match.values.size(); ++i) {
    const FieldRef& ref = fields[i];
    google::protobuf::Message* holder = MutableHolder(ref, call.request.get());
    if (ref.field()->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      holder->GetReflection()->SetString(holder, ref.field(), exchange.match.values[i]);
      continue;
    }
    if (!SetText(ref, exchange.match.values[i], exchange.version, call.request.get()).ok()) {
      return Error(StatusCode::kNotFound, "NOT_FOUND",
                   "There is nothing called '" + exchange.match.values[i] + "' here.");
    }
  }
  return absl::OkStatus();
}

Status ReadHeaders(const Exchange& exchange, RpcCall& call) {
  for (const HeaderInPlan& header : call.route->plan->request_headers) {
    const auto value = exchange.request->headers.Find(header.header);
    if (!value) {
      if (!header.required) continue;
      return Error(StatusCode::kInvalidArgument, kInvalidHeader,
                   "The request needs the header " + header.header + ".");
    }
    const Status status = SetText(header.field, *value, exchange.version, call.request.get());
    if (!status.ok()) {
      return Error(StatusCode::kInvalidArgument, kInvalidHeader,
                   "The header " + header.header + " has no usable value.");
    }
  }
  return absl::OkStatus();
}

bool IsLegacyPatch(const http::Headers& headers) {
  return MediaTypeOf(headers.Find("Content-Type").value_or("")).find("v2.0-json-patch") !=
         std::string::npos;
}

}  // namespace

StatusOr<RpcCall> Transcoder::Read(const Exchange& exchange) const {
  ASSIGN_OR_RETURN(const std::optional<JsonDocument> document, ParseBody(exchange));
  std::optional<JsonValue> body;
  if (document) body = document->root();
  ASSIGN_OR_RETURN(const Selection selection, SelectRoute(exchange, body));

  RpcCall call;
  call.route = selection.route;
  call.request.reset(call.route->plan->request_prototype->New());
  if (call.route->plan->has_body) {
    RETURN_IF_ERROR(ReadBody(*call.route, body, exchange.version,
                             IsLegacyPatch(exchange.request->headers), call.request.get(),
                             &call.bulk));
  }
  // After the body, so that nothing in it can speak for the path.
  RETURN_IF_ERROR(ReadPath(exchange, selection.template_index, call));
  RETURN_IF_ERROR(ReadHeaders(exchange, call));
  RETURN_IF_ERROR(ReadRequestQuery(exchange, call));
  call.request_bytes = call.request->SerializeAsString();
  return call;
}

}  // namespace tstack::contract
