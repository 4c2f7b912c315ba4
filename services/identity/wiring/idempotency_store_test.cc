// Every POST keeps the promise of the Idempotency-Key, or says in the contract that it does not.
#include <map>
#include <set>
#include <string>

#include "google/protobuf/text_format.h"

#include "services/identity/wiring/resource_fixture.h"

namespace tstack::identity {
namespace {

// A body for each, by rpc. The service and the region come before the endpoint.
const std::map<std::string, std::string>& Bodies() {
  static const auto* const kBodies = new std::map<std::string, std::string>{
      {"Domains/CreateDomain", "name: 'd'"},
      {"Projects/CreateProject", "name: 'p' domain_id: 'default'"},
      {"Roles/CreateRole", "name: 'r'"},
      {"Users/CreateUser", "name: 'u' domain_id: 'default' password: 'secret'"},
      {"Catalog/CreateRegion", "region { description: 'south' }"},
      {"Catalog/CreateService", "type: 'compute' name: 'nova'"},
      {"Catalog/CreateEndpoint", "interface: 'public' service_id: 's1' url: 'http://h/'"}};
  return *kBodies;
}

// The names of the rpcs, without the package, whose POST takes an Idempotency-Key.
std::set<std::string> PostsWithKey(const rpc::Handlers& handlers) {
  std::set<std::string> found;
  for (const auto& [path, entry] : handlers.entries()) {
    const auto& options = entry.method->options();
    for (int i = 0; i < options.ExtensionSize(api::route); ++i) {
      const api::Route& route = options.GetExtension(api::route, i);
      if (!route.post().empty() && !route.no_idempotency())
        found.insert(path.substr(std::string("/tstack.identity.v1.").size()));
    }
  }
  return found;
}

struct Fixture : ResourceFixture {
  Fixture() : ResourceFixture("identity_idempotency") {
    Sql("INSERT INTO service (id, type, name, enabled) VALUES ('s1', 'volumev3', 'cinder', 1)");
  }

  std::string Call(const std::string& method, const std::string& key) {
    const rpc::Handlers::Entry& entry = Entry(method);
    const auto factory = google::protobuf::MessageFactory::generated_factory();
    std::unique_ptr<google::protobuf::Message> request(
        factory->GetPrototype(entry.method->input_type())->New());
    REQUIRE(google::protobuf::TextFormat::ParseFromString(Bodies().at(method), request.get()));
    idempotency_key = key;
    const auto response = entry.unary(Context(entry, admin), *request);
    INFO(response.status());
    REQUIRE(response.ok());
    return (*response)->ShortDebugString();
  }
};

TEST_CASE_METHOD(Fixture, "every POST that takes an Idempotency-Key creates once under it",
                 "[store][identity][idempotency]") {
  const std::set<std::string> posts = PostsWithKey(handlers());
  CHECK(posts.size() == Bodies().size());
  for (const std::string& method : posts) {
    INFO(method << " needs a body in this test, or no_idempotency in the contract");
    REQUIRE(Bodies().contains(method));
    const std::string first = Call(method, "key of " + method);
    CHECK(Call(method, "key of " + method) == first);
  }
  CHECK(Count("idempotency") == static_cast<int64_t>(posts.size()));
}

}  // namespace
}  // namespace tstack::identity
