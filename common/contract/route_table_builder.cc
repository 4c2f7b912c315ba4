#include "common/contract/route_table_builder.h"

#include <algorithm>

#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/dynamic_message.h"

#include "common/contract/dialect.h"
#include "common/contract/plan.h"
#include "common/contract/route_compiler.h"

namespace tstack::contract {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr int kDefaultDeadlineMs = 10'000;

// A file whose descriptor was made at run time may keep our extensions as unknown fields: parse the
// bytes again.
template <typename Options>
Options Reparse(const Options& options) {
  Options out;
  out.ParseFromString(options.SerializeAsString());
  return out;
}

bool HasRoutes(const ServiceDescriptor& service) {
  for (int i = 0; i < service.method_count(); ++i) {
    if (!RoutesOf(*service.method(i)).empty()) return true;
  }
  return false;
}

bool RangesOverlap(const Route& a, const Route& b) {
  const ApiVersion none;
  const bool a_before = a.until != none && b.since != none && a.until < b.since;
  const bool b_before = b.until != none && a.since != none && b.until < a.since;
  return !a_before && !b_before;
}

std::string Where(const Route& route) {
  return route.method->full_name() + " [" + route.verb + " " + route.path + "]";
}

// The names of every file that was compiled into this process.
std::vector<std::string> GeneratedFiles() {
  std::vector<std::string> names;
  DescriptorPool::internal_generated_database()->FindAllFileNames(&names);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::vector<api::Route> RoutesOf(const MethodDescriptor& method) {
  const auto options = Reparse(method.options());
  std::vector<api::Route> out;
  for (int i = 0; i < options.ExtensionSize(api::route); ++i)
    out.push_back(options.GetExtension(api::route, i));
  return out;
}

api::Rpc RpcOf(const MethodDescriptor& method) {
  return Reparse(method.options()).GetExtension(api::rpc);
}

api::Api ApiOf(const ServiceDescriptor& service) {
  return Reparse(service.options()).GetExtension(api::api);
}

RouteTableBuilder::RouteTableBuilder(const DescriptorPool* pool)
    : pool_(pool != nullptr ? pool : DescriptorPool::generated_pool()), table_(new RouteTable()) {
  table_->plans_ = std::make_unique<PlanSet>();
  if (pool_ == DescriptorPool::generated_pool()) {
    factory_ = google::protobuf::MessageFactory::generated_factory();
  } else {
    auto dynamic = std::make_unique<google::protobuf::DynamicMessageFactory>(pool_);
    dynamic->SetDelegateToGeneratedFactory(true);
    table_->factory_ = std::move(dynamic);
    factory_ = table_->factory_.get();
  }
}

std::vector<const ServiceDescriptor*> RouteTableBuilder::Services(
    const std::vector<std::string>& names) {
  std::vector<const ServiceDescriptor*> out;
  for (const std::string& name : names) {
    const ServiceDescriptor* service = pool_->FindServiceByName(name);
    if (service == nullptr)
      complaints_.Add(name, "no such service");
    else
      out.push_back(service);
  }
  if (!names.empty()) return out;
  for (const std::string& name : GeneratedFiles()) {
    const FileDescriptor* file = pool_->FindFileByName(name);
    for (int i = 0; file != nullptr && i < file->service_count(); ++i) {
      if (HasRoutes(*file->service(i))) out.push_back(file->service(i));
    }
  }
  return out;
}

StatusOr<std::unique_ptr<RouteTable>> RouteTableBuilder::Build(
    const std::vector<std::string>& services) {
  for (const ServiceDescriptor* service : Services(services)) AddService(*service);
  complaints_.AddLines(table_->plans_->status());
  BuildTries();
  RETURN_IF_ERROR(complaints_.status());
  return std::move(table_);
}

void RouteTableBuilder::AddService(const ServiceDescriptor& service) {
  const api::Api option = contract::ApiOf(service);
  RestApi* api = ApiOf(service, option);
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    const std::vector<api::Route> routes = RoutesOf(method);
    const api::Rpc rpc = RpcOf(method);
    for (size_t index = 0; index < routes.size(); ++index) {
      AddRoute(method, routes[index], rpc, static_cast<int>(index), option, *api);
    }
  }
}

RestApi* RouteTableBuilder::ApiOf(const ServiceDescriptor& service, const api::Api& option) {
  const std::string& where = service.full_name();
  if (option.backend().empty()) complaints_.Add(where, "no backend");
  const bool good_prefix = option.prefix().starts_with('/') && option.prefix().size() > 1 &&
                           !option.prefix().ends_with('/');
  if (!good_prefix)
    complaints_.Add(where, "prefix '" + option.prefix() + "' must look like \"/identity\"");
  for (const auto& api : table_->apis_) {
    if (api->prefix != option.prefix()) continue;
    CheckSameApi(where, option, *api);
    api->backends.push_back(option.backend());
    return api.get();
  }
  auto api = std::make_unique<RestApi>();
  FillApi(where, option, *api);
  table_->apis_.push_back(std::move(api));
  return table_->apis_.back().get();
}

void RouteTableBuilder::FillApi(const std::string& where, const api::Api& option, RestApi& api) {
  api.prefix = option.prefix();
  api.type = option.type();
  api.backends = {option.backend()};
  api.dialect = FindDialect(option.dialect());
  if (api.dialect == nullptr) {
    complaints_.Add(where, "unknown dialect '" + option.dialect() + "'");
    api.dialect = FindDialect("plain");
  }
  if (option.min_version().empty() != option.max_version().empty()) {
    complaints_.Add(where, "min_version and max_version need each other");
  }
  if (option.min_version().empty()) return;
  const auto min = ApiVersion::Parse(option.min_version());
  const auto max = ApiVersion::Parse(option.max_version());
  if (!min || !max || *min > *max || *max == ApiVersion{}) {
    complaints_.Add(where, "bad version range '" + option.min_version() + "' to '" +
                               option.max_version() + "'");
    return;
  }
  if (option.type().empty()) complaints_.Add(where, "microversions need a type");
  api.min_version = *min;
  api.max_version = *max;
}

void RouteTableBuilder::CheckSameApi(const std::string& where, const api::Api& option,
                                     const RestApi& api) {
  RestApi other;
  FillApi(where, option, other);
  if (other.dialect != api.dialect || other.type != api.type ||
      other.min_version != api.min_version || other.max_version != api.max_version) {
    complaints_.Add(
        where,
        "differs in dialect, type or versions from another service with prefix " + api.prefix);
  }
}

void RouteTableBuilder::SetRange(const std::string& where, const RestApi& api, Route& route) {
  auto parse = [&](const std::string& text, std::string_view what) -> ApiVersion {
    if (text.empty()) return {};
    const auto version = ApiVersion::Parse(text);
    const bool reachable = version && *version >= api.min_version && *version <= api.max_version;
    if (!reachable)
      complaints_.Add(where, std::string(what) + " '" + text + "' is no version of this API");
    return version.value_or(ApiVersion{});
  };
  route.since = parse(route.option.since(), "since");
  route.until = parse(route.option.until(), "until");
  if (route.until != ApiVersion{} && route.since > route.until)
    complaints_.Add(where, "since is above until");
}

void RouteTableBuilder::AddRoute(const MethodDescriptor& method, const api::Route& option,
                                 const api::Rpc& rpc, int index, const api::Api& service,
                                 RestApi& api) {
  auto route = std::make_unique<Route>();
  route->method = &method;
  route->option = option;
  route->index = index;
  route->api = &api;
  if (!TakeVerb(option, *route)) {
    complaints_.Add(method.full_name(), "a route without a verb");
    return;
  }
  route->rpc_path = "/" + method.service()->full_name() + "/" + method.name();
  route->backend = service.backend();
  route->streaming = method.server_streaming();
  route->safe = rpc.safe();
  route->deadline_ms = rpc.deadline_ms() > 0 ? rpc.deadline_ms() : kDefaultDeadlineMs;
  SetRange(Where(*route), api, *route);
  route->plan = RouteCompiler(*route, *table_->plans_, *factory_, complaints_).Compile();
  api.routes.push_back(route.get());
  table_->routes_.push_back(std::move(route));
}

void RouteTableBuilder::BuildTries() {
  for (auto& api : table_->apis_) {
    auto trie = std::make_shared<Trie>();
    for (const Route* route : api->routes) {
      const auto& templates = route->plan->templates;
      for (size_t i = 0; i < templates.size(); ++i)
        trie->Add(templates[i], route, static_cast<int>(i));
    }
    trie->ForEachNode([&](const std::vector<Trie::Entry>& entries) { CheckNode(entries); });
    api->trie = std::move(trie);
  }
}

void RouteTableBuilder::CheckNode(const std::vector<Trie::Entry>& entries) {
  for (size_t i = 0; i < entries.size(); ++i) {
    for (size_t k = i + 1; k < entries.size(); ++k) CheckPair(entries[i], entries[k]);
  }
}

void RouteTableBuilder::CheckPair(const Trie::Entry& a, const Trie::Entry& b) {
  if (a.route == b.route) {
    complaints_.Add(Where(*a.route), "two of its templates mean the same path");
    return;
  }
  if (a.route->verb != b.route->verb || !RangesOverlap(*a.route, *b.route)) return;
  const std::string& action_a = a.route->option.action();
  const std::string& action_b = b.route->option.action();
  if (!action_a.empty() && !action_b.empty() && action_a != action_b) return;
  complaints_.Add(Where(*b.route),
                  "conflicts with " + Where(*a.route) +
                      (action_a == action_b ? "" : ": one is an action, the other is not"));
}

}  // namespace tstack::contract
