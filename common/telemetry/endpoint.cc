#include "common/telemetry/endpoint.h"

namespace tstack::telemetry {
namespace {

http::Response Text(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

http::Response Metrics(const metrics::Registry& registry) {
  http::Response response;
  response.headers.Add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = registry.Text();
  return response;
}

}  // namespace

http::Response Answer(const http::Request& request, const metrics::Registry& registry,
                      const Readiness& readiness) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response response = Text(405, "only GET is served here\n");
    response.headers.Add("Allow", "GET, HEAD");
    return response;
  }
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (path == "/metrics") return Metrics(registry);
  if (path == "/healthz") return Text(200, "alive\n");
  if (path != "/readyz") return Text(404, "there are /metrics, /healthz and /readyz\n");
  const Status ready = readiness.Ask();
  return ready.ok() ? Text(200, "ready\n") : Text(503, std::string(ready.message()));
}

StatusOr<std::unique_ptr<http::Server>> StartEndpoint(const std::string& address,
                                                      const metrics::Registry& registry,
                                                      const Readiness& readiness) {
  http::ServerOptions options;
  options.listeners.emplace_back("telemetry", address);
  options.threads = 1;
  options.limits.connections = 64;
  http::ServerCallbacks callbacks;
  callbacks.handle = [&registry, &readiness](const http::Request& request,
                                             http::Responder responder) {
    responder.Send(Answer(request, registry, readiness));
  };
  return http::Server::Start(std::move(options), std::move(callbacks));
}

}  // namespace tstack::telemetry
