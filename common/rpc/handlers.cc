#include "common/rpc/handlers.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tstack::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;

// A wrong registration is a programming error that any start finds: it names itself and dies.
[[noreturn]] void Die(const std::string& message) {
  fprintf(stderr, "rpc::Handlers: %s\n", message.c_str());
  std::abort();
}

const MethodDescriptor& FindMethod(std::string_view full_name, const Descriptor* request,
                                   const Descriptor* response, bool streams) {
  const std::string name(full_name);
  const MethodDescriptor* method = DescriptorPool::generated_pool()->FindMethodByName(name);
  if (method == nullptr) Die(absl::StrCat("there is no rpc ", name));
  if (method->input_type() != request || method->output_type() != response) {
    Die(absl::StrCat(name, " takes ", method->input_type()->full_name(), " and returns ",
                     method->output_type()->full_name()));
  }
  if (method->server_streaming() != streams || method->client_streaming()) {
    Die(absl::StrCat(name, streams ? " is no server stream" : " streams"));
  }
  return *method;
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

}  // namespace

void Handlers::AddUnary(std::string_view full_name, const Descriptor* request,
                        const Descriptor* response, UnaryFunction function) {
  const MethodDescriptor& method = FindMethod(full_name, request, response, false);
  Entry entry;
  entry.method = &method;
  entry.unary = std::move(function);
  if (!entries_.emplace(PathOf(method), std::move(entry)).second) {
    Die(absl::StrCat(method.full_name(), " is registered twice"));
  }
}

void Handlers::AddStream(std::string_view full_name, const Descriptor* request,
                         const Descriptor* item, StreamFunction function) {
  const MethodDescriptor& method = FindMethod(full_name, request, item, true);
  Entry entry;
  entry.method = &method;
  entry.stream = std::move(function);
  if (!entries_.emplace(PathOf(method), std::move(entry)).second) {
    Die(absl::StrCat(method.full_name(), " is registered twice"));
  }
}

void Handlers::AddAtOnce(std::string_view full_name, const Descriptor* request,
                         const Descriptor* response, AtOnceFunction function) {
  const MethodDescriptor& method = FindMethod(full_name, request, response, false);
  auto it = entries_.find(PathOf(method));
  if (it == entries_.end()) Die(absl::StrCat(method.full_name(), " has no handler yet"));
  it->second.at_once = std::move(function);
}

void Handlers::MarkLive(std::string_view full_name) {
  const auto* method = DescriptorPool::generated_pool()->FindMethodByName(std::string(full_name));
  entries_.at(PathOf(*method)).live = true;
}

void Handlers::AfterUnary(std::function<void(const CallContext&)> function) {
  for (auto& [path, entry] : entries_) {
    if (!entry.unary) continue;
    entry.unary = [handler = std::move(entry.unary), function](
                      const CallContext& ctx, const google::protobuf::Message& request) {
      auto response = handler(ctx, request);
      if (response.ok()) function(ctx);
      return response;
    };
  }
}

const Handlers::Entry* Handlers::Find(std::string_view path) const {
  auto it = entries_.find(path);
  return it == entries_.end() ? nullptr : &it->second;
}

Status Handlers::CheckComplete() const {
  std::set<const google::protobuf::ServiceDescriptor*> services;
  for (const auto& [path, entry] : entries_) services.insert(entry.method->service());
  std::set<std::string> missing;
  for (const auto* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      if (Find(PathOf(method)) == nullptr) missing.insert(method.full_name());
    }
  }
  if (missing.empty()) return absl::OkStatus();
  return Error(StatusCode::kFailedPrecondition, "HANDLERS_MISSING",
               absl::StrCat("rpcs without a handler: ", absl::StrJoin(missing, ", ")));
}

}  // namespace tstack::rpc
