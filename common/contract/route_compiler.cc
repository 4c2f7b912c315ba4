#include "common/contract/route_compiler.h"

namespace tstack::contract {

bool TakeVerb(const api::Route& option, Route& route) {
  switch (option.verb_case()) {
    case api::Route::kGet:
      route.verb = "GET", route.path = option.get();
      return true;
    case api::Route::kPost:
      route.verb = "POST", route.path = option.post();
      return true;
    case api::Route::kPut:
      route.verb = "PUT", route.path = option.put();
      return true;
    case api::Route::kPatch:
      route.verb = "PATCH", route.path = option.patch();
      return true;
    case api::Route::kDelete:
      route.verb = "DELETE", route.path = option.delete_();
      return true;
    case api::Route::kHead:
      route.verb = "HEAD", route.path = option.head();
      return true;
    case api::Route::VERB_NOT_SET:
      return false;
  }
  return false;
}

RouteCompiler::RouteCompiler(const Route& route, PlanSet& plans,
                             google::protobuf::MessageFactory& factory, Complaints& complaints)
    : route_(route),
      option_(route.option),
      plans_(plans),
      factory_(factory),
      complaints_(complaints),
      where_(route.method->full_name() + " [" + route.verb + " " + route.path +
             (route.option.action().empty() ? "" : " " + route.option.action()) + "]"),
      plan_(std::make_shared<RoutePlan>()) {}

void RouteCompiler::CompileMessages() {
  plan_->request = plans_.Add(route_.method->input_type());
  plan_->response = plans_.Add(route_.method->output_type());
  plan_->request_prototype = factory_.GetPrototype(route_.method->input_type());
  plan_->response_prototype = factory_.GetPrototype(route_.method->output_type());
  if (route_.method->client_streaming()) Complain("client streams cannot be reached by HTTP");
}

std::shared_ptr<const RoutePlan> RouteCompiler::Compile() {
  CompileMessages();
  CompilePaths();
  CompileRequestHeaders();
  CompileListRequest();
  CompileBody();
  CompileQuery();
  CompileStatus();
  CompileOutcomes();
  CompileList();
  CompileBulkAnswer();
  CompileShown();
  if (option_.public_() && option_.optional_auth())
    Complain("public and optional_auth exclude each other");
  return plan_;
}

ApiVersion RouteCompiler::ParseVersion(const std::string& text, std::string_view what) {
  if (text.empty()) return {};
  const auto version = ApiVersion::Parse(text);
  if (!version) {
    Complain(std::string(what) + " '" + text + "' is no version");
    return {};
  }
  if (!route_.api->HasMicroversions())
    Complain(std::string(what) + " in an API without microversions");
  return *version;
}

void RouteCompiler::Bind(const google::protobuf::FieldDescriptor* field) {
  for (const auto* known : plan_->bound) {
    if (known == field) return;
  }
  plan_->bound.push_back(field);
}

const FieldPlan* RouteCompiler::RequestField(const std::string& name, std::string_view purpose) {
  const FieldPlan* field = plan_->request->FindByProtoName(name);
  if (field == nullptr) {
    Complain(std::string(purpose) + ": no field '" + name + "' in " +
             plan_->request->descriptor()->full_name());
  }
  return field;
}

}  // namespace tstack::contract
