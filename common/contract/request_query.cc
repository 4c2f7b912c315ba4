#include "common/contract/request_query.h"

#include <algorithm>

#include "absl/strings/str_split.h"

#include "common/contract/dialect.h"
#include "common/contract/query.h"
#include "common/contract/reasons.h"
#include "common/contract/route_plan.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool TakesFields(const Route& route) {
  const auto& list = route.plan->list;
  return (list && list->fields) || (route.verb == "GET" && route.api->dialect->FieldsOnObjects());
}

bool IsTrue(const QueryParam& param) {
  return !param.has_value || param.value == "True" || param.value == "true" || param.value == "1";
}

// Takes out what is the transcoder's own: ?fields=a&fields=b,c and neutron's ?page_reverse=True.
std::vector<QueryParam> TakeOwn(std::vector<QueryParam> params, const Route& route, RpcCall& call) {
  const auto& list = route.plan->list;
  std::vector<QueryParam> rest;
  for (QueryParam& param : params) {
    if (param.name == "fields" && TakesFields(route)) {
      for (const auto& name : absl::StrSplit(param.value, ',', absl::SkipEmpty()))
        call.fields.emplace_back(name);
    } else if (param.name == "page_reverse" && list && list->reverse_field != nullptr) {
      call.page.reverse = IsTrue(param);
    } else {
      rest.push_back(std::move(param));
    }
  }
  return rest;
}

QueryOptions OptionsOf(const Route& route, ApiVersion version) {
  const Dialect& dialect = *route.api->dialect;
  const RoutePlan& plan = *route.plan;
  QueryOptions options;
  options.version = version;
  options.filters = dialect.filter_style();
  options.excluded = &plan.bound;
  options.marked_only = route.verb != "GET" && route.verb != "HEAD" && route.verb != "DELETE";
  options.sort_dir_required = dialect.SortDirRequired();
  if (!plan.list) return options;
  options.sort_keys = plan.list->sort_keys;
  options.paged = plan.list->paged;
  options.max_limit = plan.list->max_limit;
  options.default_limit = plan.list->default_limit;
  options.zero_limit_is_max = dialect.ZeroLimitIsMax();
  return options;
}

Status JudgeUnknown(const std::vector<QueryParam>& unknown, const Exchange& exchange,
                    RpcCall& call) {
  const RoutePlan& plan = *call.route->plan;
  if (plan.query_extras != nullptr) {
    for (const QueryParam& param : unknown) {
      const auto* reflection = call.request->GetReflection();
      Message* entry = reflection->AddMessage(call.request.get(), plan.query_extras->field);
      entry->GetReflection()->SetString(entry, plan.query_extras->map_key, param.name);
      entry->GetReflection()->SetString(entry, plan.query_extras->map_value, param.value);
    }
    return absl::OkStatus();
  }
  if (!plan.refuse_query || exchange.version < plan.strict_query_since) return absl::OkStatus();
  std::string names;
  for (const QueryParam& param : unknown) {
    if (exchange.dialect().ToleratesQuery(param.name)) continue;
    names += (names.empty() ? "'" : ", '") + param.name.substr(0, 80) + "'";
  }
  if (names.empty()) return absl::OkStatus();
  return Error(StatusCode::kInvalidArgument, kUnknownQuery,
               "Unknown query parameters: " + names + ".");
}

void SetReverse(RpcCall& call) {
  if (!call.page.reverse) return;
  call.request->GetReflection()->SetBool(call.request.get(),
                                         call.route->plan->list->reverse_field->field, true);
}

int64_t IntOf(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->GetInt64(message, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection->GetUInt32(message, field);
    default:
      return 0;
  }
}

// What ReadQuery put into the request, for links and for counting a stream.
void NotePage(bool limit_given, RpcCall& call) {
  const auto& list = call.route->plan->list;
  if (!list || !list->paged) return;
  Message* request = call.request.get();
  call.page.limit_given = limit_given;
  call.page.marker = TextOf(FieldRef{{}, list->marker_field}, *request);
  if (call.route->streaming && !limit_given && list->default_limit == 0) {
    request->GetReflection()->ClearField(request,
                                         list->limit_field->field);  // everything, however long
  }
  call.page.limit = static_cast<int>(IntOf(*request, list->limit_field->field));
}

}  // namespace

Status ReadRequestQuery(const Exchange& exchange, RpcCall& call) {
  const Route& route = *call.route;
  std::vector<QueryParam> params;
  if (!exchange.query.empty()) {
    ASSIGN_OR_RETURN(params, ParseQuery(exchange.query));
    params = TakeOwn(std::move(params), route, call);
  }
  ASSIGN_OR_RETURN(const QueryResult result,
                   ReadQuery(params, *route.plan->request, OptionsOf(route, exchange.version),
                             call.request.get()));
  RETURN_IF_ERROR(JudgeUnknown(result.unknown, exchange, call));
  SetReverse(call);
  NotePage(result.limit_given, call);
  return absl::OkStatus();
}

}  // namespace tstack::contract
