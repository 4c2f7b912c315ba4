#include "services/api-gateway/gateway.h"

#include "common/http/target.h"
#include "services/api-gateway/refused.h"
#include "services/api-gateway/rest_call.h"
#include "tstack/api/annotations.pb.h"
#include "tstack/identity/v1/authority.pb.h"

namespace tstack::gateway {

std::string AuthorityBackend() {
  const auto* service =
      identity::v1::AuthEvent::descriptor()->file()->FindServiceByName("Authority");
  return service->options().GetExtension(api::api).backend();
}

namespace {

std::optional<std::string> PrefixOfBackend(const contract::RouteTable& table,
                                           const std::string& backend) {
  for (const auto& api : table.apis())
    for (const std::string& name : api->backends)
      if (name == backend) return api->prefix;
  return std::nullopt;
}

}  // namespace

Gateway::Gateway(GatewayOptions options, const GatewayParts& parts)
    : options_(std::move(options)),
      parts_(parts),
      transcoder_(parts.table),
      identity_prefix_(PrefixOfBackend(parts.table, AuthorityBackend())) {}

http::ServerCallbacks Gateway::Callbacks() {
  http::ServerCallbacks callbacks;
  callbacks.handle = [this](http::Request request, http::Responder responder) {
    Handle(std::move(request), nullptr, std::move(responder));
  };
  callbacks.wants_stream = [this](const http::Request& head) { return WantsStream(head); };
  callbacks.handle_stream = [this](http::Request head, std::shared_ptr<http::RequestBody> body,
                                   http::Responder responder) {
    Handle(std::move(head), std::move(body), std::move(responder));
  };
  callbacks.refuse = [this](const http::Request& head, int status) {
    return RefusedAnswer(*this, head, status);
  };
  return callbacks;
}

void Gateway::Handle(http::Request request, std::shared_ptr<http::RequestBody> body,
                     http::Responder responder) {
  auto call =
      std::make_shared<RestCall>(*this, std::move(request), std::move(body), std::move(responder));
  call->Run();
}

// Only bodies that a raw handler takes as they arrive.
bool Gateway::WantsStream(const http::Request& head) const {
  const Place place = Locate(head);
  if (place.api == nullptr) return false;
  std::string_view path = http::SplitTarget(head.target).path;
  path.remove_prefix(place.prefix_length);
  const contract::Match match =
      contract::RouteTable::Find(*place.api, head.method, path.empty() ? "/" : path);
  return match.routes.size() == 1 && !match.routes.front()->option.raw().empty() &&
         match.routes.front()->option.body() == api::RAW;
}

Gateway::Place Gateway::Locate(const http::Request& request) const {
  const auto surface = options_.surfaces.find(request.listener);
  if (surface == options_.surfaces.end()) return {};
  if (surface->second.only != nullptr) return {&surface->second, surface->second.only, 0, false};
  const auto* api = parts_.table.FindApi(http::SplitTarget(request.target).path);
  return {&surface->second, api, api == nullptr ? 0 : api->prefix.size(), true};
}

bool Gateway::Enter() {
  absl::MutexLock lock(&mutex_);
  return ++in_work_ <= options_.max_in_flight;
}

void Gateway::Leave() {
  absl::MutexLock lock(&mutex_);
  --in_work_;
}

Gateway::~Gateway() {
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return in_work_ == 0; };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&idle));
}

}  // namespace tstack::gateway
